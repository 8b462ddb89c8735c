import type { User } from 'next-auth'
import { isRefreshError, RefreshError } from '../errors'
import { FUNCTION, PATH, requireOptions, type Checks } from '../option-checks'
import { isRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { withTimeLimit } from '../refresh/time-limit'
import { parseTokenResponse, type RenewableTokenSet, type TokenSet } from '../token-set'
import { authHeaders, requireCookieName } from '../transport'
import type { JSONAnswer } from './answer'
import { createSender, requireObject } from './http'
import { createAuthorize, LOGIN_CHECKS, type CredentialsBackend, type LoginOptions } from './login'
import { profileItself } from './profile'
import { tokensInCookies } from './set-cookie'

/** How a backend that keeps its tokens in cookies is asked. Paths are relative to `baseURL`. */
export interface CookieBackendOptions extends LoginOptions {
  /** @default 'auth/refresh' */
  refreshPath?: string
  /** @default 'POST' */
  refreshMethod?: 'GET' | 'POST'
  /** @default 'users/me' */
  profilePath?: string
  /** @default 'auth/logout' */
  logoutPath?: string
  /**
   * The name of the cookie that holds the access token.
   * @default 'access_token'
   */
  accessCookie?: string
  /**
   * The name of the cookie that holds the refresh token.
   * @default 'refresh_token'
   */
  refreshCookie?: string
  /** @default none: the cookie says it all */
  refreshBody?: (tokenSet: RenewableTokenSet) => unknown
  /** @default none: the cookies say it all */
  logoutBody?: (tokenSet: RenewableTokenSet) => unknown
  /**
   * Makes next-auth's user from the body of the profile; the tokens are added to it.
   * @default the body's `user`, or the body itself; also inside `data`
   */
  mapUser?: (body: unknown) => User
}

/** What `cookieBackend` makes: one function for next-auth, two for `withTokenRefresh`. */
export type CookieBackend = CredentialsBackend

/** Seconds for ending at the backend what a login has begun that fails later on. */
const CLEAN_UP_LIMIT = 3

/**
 * A backend that keeps its tokens in cookies, HttpOnly ones for example: login and refresh answer with `Set-Cookie`, and
 * a profile tells who has signed in. A token is its cookie's value, sent back as the backend wrote it.
 *
 * @throws {TypeError} for a `baseURL` that is no http(s) URL, for what can't be a cookie's name, for a body with `GET`, and
 * for an option that is unknown or can't be
 */
export function cookieBackend(options: CookieBackendOptions): CookieBackend {
  const {
    refreshPath = 'auth/refresh',
    refreshMethod = 'POST',
    profilePath = 'users/me',
    logoutPath = 'auth/logout',
    accessCookie = 'access_token',
    refreshCookie = 'refresh_token',
    refreshBody,
    logoutBody,
    mapUser = profileItself,
  } = options
  requireOptions('cookieBackend', options, CHECKS)
  requireCookieName('cookieBackend', 'accessCookie', accessCookie)
  requireCookieName('cookieBackend', 'refreshCookie', refreshCookie)
  if (refreshMethod === 'GET' && refreshBody) {
    throw new TypeError("cookieBackend: a `refreshBody` needs the `refreshMethod` 'POST'")
  }
  const send = createSender('cookieBackend', options)

  const inCookie = (cookieName: string) => (token: string) => authHeaders(token, { transport: 'cookie', cookieName })
  const accessHeader = inCookie(accessCookie)
  const refreshHeader = inCookie(refreshCookie)

  function requireTokens(answer: JSONAnswer): object {
    const { setCookie, contentType, json, date } = answer
    const tokens = tokensInCookies(setCookie, { accessCookie, refreshCookie }, date)
    if (tokens) return tokens
    // Some backends refuse with status 200.
    if (isRecord(json) && typeof json['error'] === 'string') throw failureOf(answer)
    const got = setCookie.length === 0 && contentType ? ` but brings ${contentType}` : ''
    throw new RefreshError('invalid_response', `The backend's answer sets no cookie \`${accessCookie}\`${got}.`)
  }

  async function readUser(accessToken: string, signal: AbortSignal): Promise<User> {
    const answer = await send(profilePath, { method: 'GET', headers: accessHeader(accessToken), signal })
    if (!answer.ok) throw failureOf(answer)
    return mapUser(requireObject(answer))
  }

  const revoke: CookieBackend['revoke'] = async (tokenSet, { signal }) => {
    // A logout is often guarded by the access token, like all that only a signed-in user may do.
    const cookies = [accessHeader(tokenSet.accessToken), refreshHeader(tokenSet.refreshToken)]
    const headers = { cookie: cookies.map(({ cookie }) => cookie).join('; ') }
    const answer = await send(logoutPath, { method: 'POST', headers, body: logoutBody?.(tokenSet), signal })
    if (!answer.ok) throw failureOf(answer)
  }

  /** Ends what a login has begun that fails later on: nobody else holds its refresh token. */
  async function abandon({ refreshToken, ...tokens }: TokenSet): Promise<void> {
    if (refreshToken === undefined) return
    const end = (signal: AbortSignal) => revoke({ ...tokens, refreshToken }, { provider: '', signal })
    await withTimeLimit(CLEAN_UP_LIMIT, end).catch(() => {})
  }

  return {
    authorize: createAuthorize(send, options, async (answer, signal) => {
      const tokenSet = parseTokenResponse(requireTokens(answer), { now: Date.now() })
      try {
        return { user: await readUser(tokenSet.accessToken, signal), tokenSet }
      } catch (error) {
        await abandon(tokenSet)
        throw withoutProfile(error, profilePath)
      }
    }),
    async refresh(tokenSet, { signal }) {
      const headers = refreshHeader(tokenSet.refreshToken)
      const answer = await send(refreshPath, { method: refreshMethod, headers, body: refreshBody?.(tokenSet), signal })
      if (!answer.ok) throw failureOf(answer)
      return requireTokens(answer)
    },
    revoke,
  }
}

const CHECKS: Checks<CookieBackendOptions> = {
  ...LOGIN_CHECKS,
  refreshPath: PATH,
  refreshMethod: [(value) => value === 'GET' || value === 'POST', "'GET' or 'POST'"],
  profilePath: PATH,
  logoutPath: PATH,
  // Cookies' names are looked at closer.
  accessCookie: [() => true, "a cookie's name"],
  refreshCookie: [() => true, "a cookie's name"],
  refreshBody: FUNCTION,
  logoutBody: FUNCTION,
  mapUser: FUNCTION,
}

/** What became of a login whose profile failed. A refusal is none of the user's: their credentials were right. */
function withoutProfile(error: unknown, path: string): unknown {
  if (!isRefreshError(error)) return error
  const { code, retryAfter, cause } = error
  const said = `The login went well, but not the request for the profile at \`${path}\``
  if (code === 'refused') {
    return new RefreshError('configuration', `${said}: the backend refuses the access token it has just given.`, { cause: error })
  }
  return new RefreshError(code, `${said}. ${error.message}`, { retryAfter, cause })
}
