import type { User } from 'next-auth'
import { RefreshError } from '../errors'
import type { RefreshTokens, RevokeTokens } from '../options'
import { isRecord, type UnknownRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { withTimeLimit } from '../refresh/time-limit'
import { parseTokenResponse, type RenewableTokenSet } from '../token-set'
import { requestJSON, type JSONAnswer } from './http'
import { profileOf } from './profile'

export interface RestBackendOptions {
  /** Where the backend is; the paths below are taken relative to it, so it may have a path of its own. */
  baseURL: string
  /** @default 'auth/login' */
  loginPath?: string
  /** @default 'auth/refreshToken' */
  refreshPath?: string
  /** @default 'auth/logout' */
  logoutPath?: string
  /**
   * Makes the login's body from what the user typed.
   * @default the credentials, without the fields that next-auth adds to the form
   */
  loginBody?: (credentials: Record<string, string>) => unknown
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
  /** Sent with every request, an API key for example. */
  headers?: Record<string, string>
  /**
   * Seconds that a login may take.
   * @default 10
   */
  timeout?: number
}

export interface RestBackend {
  /**
   * For `CredentialsProvider({ authorize })`: the user with their tokens, or `null` for wrong credentials.
   *
   * @throws {RefreshError} where the backend gives no usable answer; an `invalid_response` names the field
   */
  authorize: (credentials: Record<string, string> | undefined) => Promise<User | null>
  /** For `withTokenRefresh`. */
  refresh: RefreshTokens
  /** For `withTokenRefresh`. */
  revoke: RevokeTokens
}

/** Fields of next-auth's own in the form that it hands to `authorize`. */
const FORM_FIELDS = ['csrfToken', 'callbackUrl', 'json', 'redirect']
/**
 * A backend that speaks JSON: login, refresh and logout are POSTs that answer with tokens.
 *
 * @throws {TypeError} for a `baseURL` that is no http(s) URL
 */
export function restBackend(options: RestBackendOptions): RestBackend {
  const {
    loginPath = 'auth/login',
    refreshPath = 'auth/refreshToken',
    logoutPath = 'auth/logout',
    loginBody = withoutFormFields,
    refreshBody = refreshTokenAlone,
    logoutBody = refreshTokenAlone,
    mapTokens = findTokens,
    mapUser = profileOf,
    headers = {},
    timeout = 10,
  } = options
  const base = parseBaseURL(options.baseURL)
  const post = (path: string, body: unknown, signal: AbortSignal): Promise<JSONAnswer> =>
    requestJSON({ url: new URL(path.replace(/^\/+/, ''), base).href, method: 'POST', headers, body, signal })

  return {
    async authorize(credentials) {
      const answer = await withTimeLimit(timeout, (signal) => post(loginPath, loginBody(credentials ?? {}), signal))
      if (!answer.ok) {
        if (areWrongCredentials(answer)) return null
        throw failureOf(answer)
      }
      const body = requireObject(answer)
      const tokenSet = parseTokenResponse(mapTokens(body), { now: Date.now() })
      return { ...mapUser(body), ...tokenSet }
    },
    async refresh(tokenSet, { signal }) {
      const answer = await post(refreshPath, refreshBody(tokenSet), signal)
      if (!answer.ok) throw failureOf(answer)
      return mapTokens(requireObject(answer))
    },
    async revoke(tokenSet, { signal }) {
      const answer = await post(logoutPath, logoutBody(tokenSet), signal)
      if (!answer.ok) throw failureOf(answer)
    },
  }
}

function parseBaseURL(baseURL: unknown): URL {
  const url = typeof baseURL === 'string' && URL.canParse(baseURL) ? new URL(baseURL) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`restBackend: \`baseURL\` must be an http(s) URL, not ${JSON.stringify(baseURL)}`)
  }
  // Relative paths replace what stands behind the last slash.
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** Backends refuse a login as they refuse a refresh, or by calling the form invalid. */
function areWrongCredentials(answer: JSONAnswer): boolean {
  return failureOf(answer).code === 'refused' || (answer.status === 422 && isRecord(answer.json))
}

function requireObject({ json, contentType }: JSONAnswer): UnknownRecord {
  if (isRecord(json)) return json
  const got = contentType ? ` but ${contentType}` : ''
  throw new RefreshError('invalid_response', `The backend's answer is no JSON object${got}.`)
}

function findTokens(body: unknown): unknown {
  if (!isRecord(body)) return body
  const hasToken = (value: unknown) => isRecord(value) && ('accessToken' in value || 'access_token' in value)
  return [body, body['data'], body['tokens']].find(hasToken) ?? body
}

function withoutFormFields(credentials: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(credentials).filter(([name]) => !FORM_FIELDS.includes(name)))
}

function refreshTokenAlone({ refreshToken }: RenewableTokenSet): { token: string } {
  return { token: refreshToken }
}
