import { createAccessTokens } from './access-tokens'
import { NOTHING_YET, type TokenBackendCounters } from './counters'
import { type BackendTokenSet, createEndpoints } from './endpoints'
import { createFamilies } from './families'
import { answerUnder } from './fault-answers'
import { createFaults, type Fault } from './faults'
import { type BackendListener, createListener } from './listener'
import { parseOptions, type TokenBackendOptions } from './options'
import { type BackendPath, type BackendRequest, routeOf } from './request'
import { type BackendResponse, failure } from './response'

/** A strict token backend in memory: single-use refresh tokens, reuse detection, and faults on demand. */
export interface TokenBackend {
  /**
   * Answers one request: `POST auth/login`, `auth/refreshToken`, `auth/logout`, `GET users/me`, found by the end of the
   * URL's path. Resolves whatever the input; rejects only for a `reset` or `lost` fault (`code: 'ECONNRESET'`), or when
   * the request's signal aborts a `slow` or `hang`.
   */
  handle(this: void, request: BackendRequest): Promise<BackendResponse>
  /** The same as a Node request listener, or as a Next API route. */
  listener: BackendListener
  /** What has happened so far: a new object at each reading. */
  readonly counters: TokenBackendCounters
  /**
   * How often this refresh token was presented to be refreshed (not counting a request that a fault kept from being
   * processed); without one, the most that any was: 1 when each was spent once.
   */
  presentations(this: void, refreshToken?: string): number
  /** Revokes the refresh tokens of all users, or of one; access tokens live out their time. */
  revoke(this: void, userId?: string): void
  /** Answers 401 to the access tokens given out so far, to all users or to one, however long they had to live. */
  revokeAccessTokens(this: void, userId?: string): void
  /** Adds a fault behind those waiting, and returns what removes it; throws a `TypeError` that quotes a bad field. */
  inject(this: void, fault: Fault): () => void
  /** Removes all faults. */
  clearFaults(this: void): void
  /** Forgets refresh tokens, faults and counts; the access tokens' key stays. */
  reset(this: void): void
}

const ARRIVALS = { login: 'logins', refresh: 'refreshes', logout: 'logouts', me: 'profiles' } as const satisfies Record<
  BackendPath,
  keyof TokenBackendCounters
>

/** A token backend of its own; throws a `TypeError` that quotes the bad option. */
export function createTokenBackend(options: TokenBackendOptions = {}): TokenBackend {
  const settings = parseOptions(options)
  const families = createFamilies<Promise<BackendTokenSet>>(settings)
  const faults = createFaults()
  const counters: TokenBackendCounters = { ...NOTHING_YET }
  const accessTokens = createAccessTokens(settings)
  const endpoints = createEndpoints(settings, families, counters, accessTokens)

  async function handle(request: BackendRequest): Promise<BackendResponse> {
    const route = routeOf(request.url)
    if (!route) return failure(404, 'not_found', 'There is nothing at this path')
    const { path, method } = route
    if (request.method.toUpperCase() !== method) {
      return failure(405, 'method_not_allowed', `This path takes ${method}`, { Allow: method })
    }
    counters[ARRIVALS[path]] += 1
    return answerUnder(faults.take(path), () => endpoints[path](request), request.signal)
  }

  return {
    handle,
    listener: createListener(handle),
    get counters() {
      return { ...counters }
    },
    presentations: families.presentations,
    revoke: families.revoke,
    revokeAccessTokens: accessTokens.revoke,
    inject: faults.inject,
    clearFaults: faults.clear,
    reset() {
      families.clear()
      faults.clear()
      Object.assign(counters, NOTHING_YET)
    },
  }
}
