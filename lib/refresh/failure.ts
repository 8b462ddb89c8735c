import { isRefreshError, messageOf, RefreshError } from '../errors'
import { isRecord } from '../record'
import { parseRetryAfter } from '../retry-after'
import type { TokenSet } from '../token-set'

/** What a backend's answer looked like, as far as it tells why there are no tokens in it. */
export interface FailedAnswer {
  status: number
  /** The parsed JSON body; `undefined` where it was no JSON. */
  json?: unknown
  contentType?: string | undefined
  /** The `Retry-After` header. */
  retryAfter?: string | null | undefined
}

/** OAuth error codes that speak of the client, never of the user (RFC 6749 §5.2). */
const CLIENT_FAULTS: readonly unknown[] = ['invalid_client', 'unauthorized_client']
/** OAuth error codes of a passing fault, whatever status they come with (RFC 6749 §4.1.2.1, RFC 8628 §3.5). */
const PASSING_FAULTS: readonly unknown[] = ['temporarily_unavailable', 'server_error', 'slow_down']

/** Says what a failed answer to a refresh proves: only a refusal in the backend's own words ends a session. */
export function failureOf(answer: FailedAnswer): RefreshError {
  const { status } = answer
  const code = errorCode(answer.json)
  const said = `the backend answered ${status}${oauthCode(answer.json)}`
  if (!isPassingStatus(status) && !PASSING_FAULTS.includes(code)) {
    if (CLIENT_FAULTS.includes(code)) {
      return new RefreshError('configuration', `${said}: it refuses this application, so check its client settings.`)
    }
    if (code === 'invalid_grant') return refused(said)
    if (status === 401 && !isHTML(answer.contentType)) return refused(said)
    if ((status === 400 || status === 403) && answer.json !== undefined) return refused(said)
    if (status === 404 || status === 405) {
      return new RefreshError('configuration', `${said}: check the path and the address it is reached at.`)
    }
  }
  return new RefreshError('unavailable', `${capitalised(said)}, which says nothing about the refresh token.`, {
    retryAfter: parseRetryAfter(answer.retryAfter, Date.now()),
  })
}

/** Turns whatever a `refresh` rejected with into a `RefreshError` without a token in it. */
export function asRefreshError(thrown: unknown, secrets: readonly string[]): RefreshError {
  if (isRefreshError(thrown)) {
    const { code, retryAfter, cause } = thrown
    if (cause === undefined && redact(thrown.message, secrets) === thrown.message) return thrown
    return new RefreshError(code, redact(thrown.message, secrets), { retryAfter, cause: causeOf(cause, secrets) })
  }
  const answer = answerOf(thrown)
  if (answer) return failureOf(answer)
  return new RefreshError('unavailable', `The backend could not be asked: ${redact(messageOf(thrown), secrets)}.`, {
    cause: causeOf(thrown, secrets),
  })
}

type Secrets = Partial<Pick<TokenSet, 'accessToken' | 'refreshToken' | 'idToken'>>

/** What of these token sets may be read by nobody. */
export function secretsOf(...tokenSets: readonly Secrets[]): string[] {
  const tokens = tokenSets.flatMap(({ accessToken, refreshToken, idToken }) => [accessToken, refreshToken, idToken])
  return tokens.filter((token) => token !== undefined)
}

/** The text with each of the secrets in it blanked out, also in the form that a URL gives them. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter(Boolean)
    .sort((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '[token]'), text)
}

/** Too early, too often, too slow, or broken: whatever the body says, it is not the backend's last word. */
function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function refused(said: string): RefreshError {
  return new RefreshError('refused', `${capitalised(said)}: the refresh token is no longer good.`)
}

function errorCode(json: unknown): unknown {
  return isRecord(json) ? json['error'] : undefined
}

/** The OAuth error code in brackets, where it is one: free text from a backend could hold anything. */
function oauthCode(json: unknown): string {
  const code = errorCode(json)
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : ''
}

function isHTML(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().includes('html') ?? false
}

/** The answer inside the errors of axios and ky; their other fields hold the request, and with it the token. */
function answerOf(thrown: unknown): FailedAnswer | undefined {
  if (!isRecord(thrown) || !isRecord(thrown['response'])) return undefined
  const { status, data, headers } = thrown['response']
  if (typeof status !== 'number') return undefined
  return {
    status,
    json: isRecord(data) ? data : undefined,
    contentType: header(headers, 'content-type'),
    retryAfter: header(headers, 'retry-after'),
  }
}

function header(headers: unknown, name: string): string | undefined {
  const value: unknown = headers instanceof Headers ? headers.get(name) : isRecord(headers) ? headers[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** A bare copy of an error: HTTP clients hang their request, tokens and all, on what they throw. */
function causeOf(thrown: unknown, secrets: readonly string[]): Error | undefined {
  if (!isRecord(thrown)) return undefined
  const { code } = isRecord(thrown['cause']) ? thrown['cause'] : thrown
  const said = messageOf(thrown) + (typeof code === 'string' ? ` (${code})` : '')
  const copy = new Error(redact(said, secrets))
  if (typeof thrown['name'] === 'string') copy.name = redact(thrown['name'], secrets)
  return copy
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
