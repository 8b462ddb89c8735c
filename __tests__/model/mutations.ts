import type { NextAuthOptions } from 'next-auth'
import { isRefreshError, type RefreshCoordinator, type RefreshError } from '../../lib'
import type * as heldTokens from '../../lib/held-tokens'
import type * as rejection from '../../lib/next-auth/rejection'
import type * as coolDown from '../../lib/refresh/cool-down'
import type * as failure from '../../lib/refresh/failure'
import type * as successors from '../../lib/refresh/successors'
import type * as timeLimit from '../../lib/refresh/time-limit'
import type { Flaw, Library } from './library'

/** A variant that breaks a law on purpose. */
export interface Mutant {
  law: string
  name: string
  flaw: Flaw
}

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>

export type { Flaw }

export function hasExpired(token: Record<string, unknown>): boolean {
  return Number(token['accessTokenExpiry']) <= Date.now()
}

export function changedCoordinator(change: (sound: RefreshCoordinator) => Partial<RefreshCoordinator>): Flaw {
  return { coordinator: (sound) => ({ ...sound, ...change(sound) }) }
}

/** Changes what a `refresh` rejects with. */
export function changedRefresh(change: (error: RefreshError) => RefreshError): Flaw {
  return {
    options: ({ refresh, ...options }) => ({
      ...options,
      refresh: (tokens, context) =>
        refresh(tokens, context).catch((error: unknown) => {
          throw isRefreshError(error) ? change(error) : error
        }),
    }),
  }
}

/** Changes what the `jwt` callback gives, except at sign-in. */
export function changedJwt(change: (token: Record<string, unknown>, params: Parameters<Jwt>[0]) => unknown): Flaw {
  return {
    authOptions: (produced) => ({
      ...produced,
      callbacks: {
        ...produced.callbacks,
        async jwt(params) {
          const token = await (produced.callbacks?.jwt as Jwt)(params)
          return (params.user as unknown) ? token : (change(token, params) as typeof token)
        },
      },
    }),
  }
}

/** The modules that mutants replace, by their path from this folder. */
interface Modules {
  '../../lib/refresh/successors': typeof successors
  '../../lib/refresh/time-limit': typeof timeLimit
  '../../lib/refresh/cool-down': typeof coolDown
  '../../lib/refresh/failure': typeof failure
  '../../lib/held-tokens': typeof heldTokens
  '../../lib/next-auth/rejection': typeof rejection
}

/** A library of its own in which some exports of one module are others. */
export function broken<P extends keyof Modules>(path: P, change: (sound: Modules[P]) => Partial<Modules[P]>): Flaw {
  let library: Library | undefined
  return { library: () => (library ??= load(path, change)) }
}

function load<P extends keyof Modules>(path: P, change: (sound: Modules[P]) => Partial<Modules[P]>): Library {
  let library: Library | undefined
  jest.isolateModules(() => {
    jest.doMock(path, () => {
      const sound = jest.requireActual<Modules[P]>(path)
      return { ...sound, ...change(sound) }
    })
    library = { ...jest.requireActual<Library>('../../lib'), ...jest.requireActual<Library>('../../lib/server/ensure-fresh-token') }
    jest.dontMock(path)
  })
  if (!library) throw new Error(`no library with another ${path}`)
  return library
}
