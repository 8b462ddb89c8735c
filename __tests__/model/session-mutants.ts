import { RefreshError } from '../../lib'
import { broken, changedCoordinator, changedJwt, hasExpired, type Flaw, type Mutant } from './mutations'

const HOUR_MS = 3_600_000
const SLOT = 'the one slot of this module'

/** Variants that break the laws of sessions, secrets and users. */
export const SESSION_MUTANTS: readonly Mutant[] = [
  {
    law: '6',
    name: 'the jwt callback throws when there is no valid token',
    flaw: changedJwt((token) => {
      if (hasExpired(token)) throw new Error('no valid token')
      return token
    }),
  },
  {
    law: '6',
    name: 'the jwt callback gives nothing for a session that is over',
    flaw: changedJwt((token) => ('error' in token ? null : token)),
  },
  {
    law: '6',
    name: 'the cookie is deleted when there is no valid token',
    flaw: {
      authOptions: (produced) => ({
        ...produced,
        jwt: {
          ...produced.jwt,
          encode: async (params) =>
            hasExpired(params.token ?? {}) ? '' : ((await produced.jwt?.encode?.(params)) ?? ''),
        },
      }),
    },
  },
  {
    law: '7',
    name: 'an error that sticks: trouble goes into the cookie and stays there',
    flaw: changedJwt((token, { token: carried }) =>
      hasExpired(token) || carried['error'] ? { ...token, error: 'RefreshAccessTokenError' } : token,
    ),
  },
  {
    law: '7',
    name: 'a cool-down that outlives the trouble',
    flaw: changedCoordinator((sound) => ({
      rememberTrouble(key, trouble, ttl) {
        const longer = trouble.kind === 'postponed' ? { ...trouble, until: trouble.until + HOUR_MS } : trouble
        return sound.rememberTrouble(key, longer, ttl + HOUR_MS)
      },
    })),
  },
  {
    law: '7',
    name: 'no memory of refusals: an old cookie asks again',
    flaw: changedCoordinator((sound) => ({
      rememberTrouble: async (key, trouble, ttl) =>
        trouble.kind === 'refused' ? undefined : sound.rememberTrouble(key, trouble, ttl),
    })),
  },
  {
    law: '9',
    name: 'a sign-out is not remembered',
    flaw: changedCoordinator(() => ({ endSession: async () => {} })),
  },
  {
    law: '9',
    name: 'a sign-out is remembered for an hour',
    flaw: changedCoordinator((sound) => ({
      endSession: (session, ttl) => sound.endSession(session, Math.min(ttl, HOUR_MS)),
    })),
  },
  {
    law: '9',
    name: 'a sign-out revokes the cookie’s token, not the newest',
    flaw: revokesOfCookie(),
  },
  {
    law: '9',
    name: 'a sign-out does not wait for a renewal under way',
    flaw: changedCoordinator((sound) => ({
      // Only a renewal looks at its flight.
      once: (key, run) => (run.length === 0 ? run({ callers: 1 }) : sound.once(key, run)),
    })),
  },
  {
    law: '9',
    name: 'a sign-out revokes nothing',
    flaw: { options: ({ revoke: _, ...options }) => options },
  },
  {
    law: '10',
    name: 'events name the session by its token',
    flaw: broken('../../lib/held-tokens', () => ({ nameOf: ({ tokenSet }) => tokenSet.refreshToken ?? '' })),
  },
  {
    law: '10',
    name: 'an error message quotes the token',
    flaw: broken('../../lib/refresh/failure', ({ asRefreshError }) => ({
      asRefreshError(thrown, secrets) {
        const { code, message, retryAfter } = asRefreshError(thrown, [])
        return new RefreshError(code, `${message} Token: ${secrets.join()}`, { retryAfter })
      },
    })),
  },
  {
    law: '11',
    name: 'one slot for all: successors and troubles are kept by module',
    flaw: changedCoordinator((sound) => ({
      recall: () => sound.recall(SLOT),
      rememberSuccessor: (_key, successor, ttl) => sound.rememberSuccessor(SLOT, successor, ttl),
      rememberTrouble: (_key, trouble, ttl) => sound.rememberTrouble(SLOT, trouble, ttl),
    })),
  },
  {
    law: '11',
    name: 'one flight for all: a renewal is shared by whoever comes',
    flaw: changedCoordinator((sound) => ({ once: (_key, run) => sound.once(SLOT, run) })),
  },
  {
    law: '11',
    name: '`update()` may set the tokens',
    flaw: changedJwt((token, { trigger, session }) =>
      trigger === 'update' ? { ...token, ...(session as object) } : token,
    ),
  },
]

function revokesOfCookie(): Flaw {
  let ofCookie = ''
  return {
    options: ({ revoke, ...options }) => ({
      ...options,
      ...(revoke && { revoke: (tokens, context) => revoke({ ...tokens, refreshToken: ofCookie }, context) }),
    }),
    authOptions: (produced) => ({
      ...produced,
      events: {
        ...produced.events,
        async signOut(message) {
          ofCookie = String(message.token['refreshToken'])
          await produced.events?.signOut?.(message)
        },
      },
    }),
  }
}
