import { AsyncLocalStorage } from 'node:async_hooks'
import { memoryCoordinator, RefreshError } from '../../lib'
import { SCOPE_PREFIX } from './app-process'
import { broken, changedCoordinator, changedJwt, changedRefresh, hasExpired, type Mutant } from './mutations'

let copies = 0

/** Variants that break the laws of renewing. One flaw seldom comes alone: what counts is that its own law finds it. */
export const RENEWAL_MUTANTS: readonly Mutant[] = [
  {
    law: '1',
    name: 'no single flight: each caller renews for itself',
    flaw: changedCoordinator(() => ({ once: (_key, run) => run({ callers: 1 }) })),
  },
  {
    law: '1',
    name: 'no memory of successors: the next request presents the spent token',
    flaw: changedCoordinator(() => ({ rememberSuccessor: async () => {} })),
  },
  {
    law: '1',
    name: 'each copy of the library remembers for itself',
    flaw: { coordinator: () => memoryCoordinator({ scope: `${SCOPE_PREFIX}a copy's own ${(copies += 1)}` }) },
  },
  {
    law: '2',
    name: 'a retention of one second',
    flaw: { options: (options) => ({ ...options, retention: 1 }) },
  },
  {
    law: '2',
    name: 'a late request keeps its own token for as long as that is valid',
    flaw: changedJwt((token, { token: carried }) => (hasExpired(carried) ? token : carried)),
  },
  {
    law: '3',
    name: 'no encode guard: a slow response writes what it has',
    flaw: { authOptions: (produced, app) => ({ ...produced, ...(app.jwt && { jwt: app.jwt }) }) },
  },
  {
    law: '4',
    name: 'a passing fault counts as a refusal',
    flaw: changedRefresh((error) => new RefreshError('refused', error.message)),
  },
  {
    law: '4',
    name: 'a misconfigured client counts as a refusal',
    flaw: changedRefresh((error) =>
      error.code === 'configuration' ? new RefreshError('refused', error.message) : error,
    ),
  },
  {
    law: '4',
    name: 'a refusal is not looked at twice',
    flaw: changedCoordinator((sound) => {
      const renewing = new AsyncLocalStorage<Map<string, ReturnType<typeof sound.recall>>>()
      return {
        once: (key, run) => sound.once(key, (flight) => renewing.run(new Map(), () => run(flight))),
        // Whoever renews keeps seeing what it saw when it began.
        recall(key) {
          const seen = renewing.getStore()
          const known = seen?.get(key) ?? sound.recall(key)
          seen?.set(key, known)
          return known
        },
      }
    }),
  },
  {
    law: '5',
    name: 'a request waits for the renewal, however long it takes',
    flaw: broken('../../lib/refresh/time-limit', () => ({ waitFor: (_seconds, work) => work })),
  },
  {
    law: '5',
    name: 'no cool-down: each request of an outage tries again',
    flaw: changedCoordinator((sound) => ({
      rememberTrouble: async (key, trouble, ttl) =>
        trouble.kind === 'postponed' ? undefined : sound.rememberTrouble(key, trouble, ttl),
    })),
  },
  {
    law: '5',
    name: 'a cool-down that never grows',
    flaw: broken('../../lib/refresh/cool-down', ({ coolDown }) => ({
      coolDown: (error, _failures, now) => coolDown(error, 0, now),
    })),
  },
  {
    law: '5',
    name: 'Retry-After is not heard',
    flaw: changedRefresh((error) => new RefreshError(error.code, error.message)),
  },
  {
    law: 'window',
    name: 'whatever token a session holds passes for the rejected one',
    flaw: broken('../../lib/next-auth/rejection', ({ rejectionIn }) => ({
      rejectionIn: (params) => rejectionIn(params) && (() => true),
    })),
  },
  {
    law: 'window',
    name: 'a window as long as the lifetime',
    flaw: { options: (options) => ({ ...options, window: (lifetime: number) => lifetime }) },
  },
]
