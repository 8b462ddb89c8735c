import type { User } from 'next-auth'
import { FUNCTION, PATH, requireOptions, type Checks } from '../option-checks'
import { isRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { parseTokenResponse, type RenewableTokenSet } from '../token-set'
import { createSender, requireObject } from './http'
import { createAuthorize, LOGIN_CHECKS, type CredentialsBackend, type LoginOptions } from './login'
import { profileOf } from './profile'

/** How a backend that speaks JSON is asked. Paths are relative to `baseURL`. */
export interface RestBackendOptions extends LoginOptions {
  /** @default 'auth/refreshToken' */
  refreshPath?: string
  /** @default 'auth/logout' */
  logoutPath?: string
  /** @default (tokenSet) => ({ token: tokenSet.refreshToken }) */
  refreshBody?: (tokenSet: RenewableTokenSet) => unknown
  /** @default (tokenSet) => ({ token: tokenSet.refreshToken }) */
  logoutBody?: (tokenSet: RenewableTokenSet) => unknown
  /**
   * Finds the token response in the body of a login or a refresh.
   * @default the body itself, or its `data` or `tokens` where the access token is in there
   */
  mapTokens?: (body: unknown) => unknown
  /**
   * Makes next-auth's user from the body of a login; the tokens are added to it.
   * @default the body's `user`, or what the access token says of its subject
   */
  mapUser?: (body: unknown) => User
}

/** What `restBackend` makes: one function for next-auth, two for `withTokenRefresh`. */
export type RestBackend = CredentialsBackend

/**
 * A backend that speaks JSON: login, refresh and logout are POSTs that answer with tokens.
 *
 * @throws {TypeError} for a `baseURL` that is no http(s) URL, and for an option that is unknown or can't be
 */
export function restBackend(options: RestBackendOptions): RestBackend {
  const {
    refreshPath = 'auth/refreshToken',
    logoutPath = 'auth/logout',
    refreshBody = refreshTokenAlone,
    logoutBody = refreshTokenAlone,
    mapTokens = findTokens,
    mapUser,
  } = options
  requireOptions('restBackend', options, CHECKS)
  const send = createSender('restBackend', options)

  return {
    authorize: createAuthorize(send, options, (answer) => {
      const body = requireObject(answer)
      const tokenSet = parseTokenResponse(mapTokens(body), { now: Date.now() })
      return { user: mapUser ? mapUser(body) : profileOf(body, tokenSet.accessToken), tokenSet }
    }),
    async refresh(tokenSet, { signal }) {
      const answer = await send(refreshPath, { method: 'POST', body: refreshBody(tokenSet), signal })
      if (!answer.ok) throw failureOf(answer)
      return mapTokens(requireObject(answer))
    },
    async revoke(tokenSet, { signal }) {
      const answer = await send(logoutPath, { method: 'POST', body: logoutBody(tokenSet), signal })
      if (!answer.ok) throw failureOf(answer)
    },
  }
}

const CHECKS: Checks<RestBackendOptions> = {
  ...LOGIN_CHECKS,
  refreshPath: PATH,
  logoutPath: PATH,
  refreshBody: FUNCTION,
  logoutBody: FUNCTION,
  mapTokens: FUNCTION,
  mapUser: FUNCTION,
}

function findTokens(body: unknown): unknown {
  if (!isRecord(body)) return body
  const hasToken = (value: unknown) => isRecord(value) && ('accessToken' in value || 'access_token' in value)
  return [body, body['data'], body['tokens']].find(hasToken) ?? body
}

function refreshTokenAlone({ refreshToken }: RenewableTokenSet): { token: string } {
  return { token: refreshToken }
}
