import { parseSetCookie, type Cookie } from 'set-cookie-parser'
import { jwtTimes } from '../token-set'

/** Which cookies hold the tokens. */
export interface TokenCookies {
  accessCookie: string
  refreshCookie: string
}

/** No browser keeps a cookie for longer (RFC 6265bis §5.5). */
const LONGEST_AGE_S = 400 * 24 * 60 * 60

/**
 * The token response that an answer's cookies amount to; `undefined` where none holds an access token. The tokens are the
 * cookies' values as they were written, quotes and encoding included, since they have to go back that way.
 *
 * @param now the backend's clock, by which it writes `Expires`: one that is behind ours gives out no dead tokens
 */
export function tokensInCookies(
  headers: readonly string[],
  { accessCookie, refreshCookie }: TokenCookies,
  now: number,
): object | undefined {
  const cookies = cookiesSet(headers, now)
  const access = cookies.get(accessCookie)
  const refresh = cookies.get(refreshCookie)
  if (!access) return undefined
  const [accessExpiry, refreshExpiry] = [expiryOf(access, now), refresh ? expiryOf(refresh, now) : {}]
  return {
    accessToken: access.value,
    accessTokenExpiry: accessExpiry.at,
    expiresIn: accessExpiry.in,
    refreshToken: refresh?.value,
    refreshTokenExpiry: refreshExpiry.at,
    refreshTokenExpiresIn: refreshExpiry.in,
  }
}

/**
 * The cookies that an answer sets, by name: of several of one name, domain and path the last (RFC 6265 §5.3). Deleted
 * ones are left out: those without a value, and those past their `Max-Age` or `Expires`.
 */
function cookiesSet(headers: readonly string[], now: number): Map<string, Cookie> {
  // Some proxies fold several headers into one. The parser's own warnings would quote values.
  const cookies = parseSetCookie(headers, { decodeValues: false, split: true, silent: true })
  const latest = new Map(cookies.map((cookie) => [JSON.stringify([cookie.name, cookie.domain, cookie.path]), cookie]))
  return new Map([...latest.values()].filter((cookie) => isAlive(cookie, now)).map((cookie) => [cookie.name, cookie]))
}

function isAlive({ value, maxAge, expires }: Cookie, now: number): boolean {
  if (plain(value) === '') return false
  return maxAge === undefined ? expires === undefined || expires.getTime() > now : maxAge > 0
}

/** When the token in a cookie expires: in so many seconds by `Max-Age`, else by `Expires`, else at the instant of its own `exp`. */
function expiryOf({ value, maxAge, expires }: Cookie, now: number): { in?: number; at?: number | undefined } {
  if (maxAge !== undefined) return { in: Math.min(maxAge, LONGEST_AGE_S) }
  return expires ? { in: (expires.getTime() - now) / 1000 } : { at: jwtTimes(plain(value))?.expiry }
}

/** The value without the quotes (RFC 6265 §4.1.1) and the encoding that backends wrap around what they write. */
function plain(value: string): string {
  const bare = value.replace(/^"(.*)"$/, '$1')
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}
