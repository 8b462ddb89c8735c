import { decodeJwt } from 'jose'
import { RefreshError } from './errors'
import { firstPresent, isRecord, type UnknownRecord } from './record'

/** What a token endpoint gives out, in this library's own words. Instants are epoch milliseconds. */
export interface TokenSet {
  accessToken: string
  /** `NEVER` for one that doesn't expire. */
  accessTokenExpiry: number
  /** Absent: the access token can't be renewed. */
  refreshToken?: string
  /** Absent: unknown, or never. */
  refreshTokenExpiry?: number
  /** Absent unless it is to be kept. */
  idToken?: string
}

/** One that can be renewed. */
export type RenewableTokenSet = TokenSet & { refreshToken: string }

export interface ParseOptions {
  /** When the answer arrived, epoch milliseconds: relative lifetimes count from here. */
  now: number
  /** What was renewed: its refresh token stays where the answer brings none (RFC 6749 §6). */
  previous?: Pick<TokenSet, 'refreshToken' | 'refreshTokenExpiry' | 'idToken'>
  /**
   * Seconds to assume where the access token's expiry is missing, can't be read or is past. Without it such an answer is
   * an error, or a dead token. A renewal has one: by then the old refresh token is spent, and losing the new tokens would
   * end the session.
   */
  assumedLifetime?: number
  /** Whether the ID token is read as well; without one in the answer the old one stays. */
  keepIdToken?: boolean
}

const ACCESS_TOKEN = ['accessToken', 'access_token'] as const
const REFRESH_TOKEN = ['refreshToken', 'refresh_token'] as const
const ID_TOKEN = ['idToken', 'id_token'] as const

/** The last instant that a `Date` can hold, for what doesn't expire. */
export const NEVER = 8.64e15

/** Above this, a number is epoch milliseconds (1973 and later); below, epoch seconds (until the year 5138). */
const MILLISECONDS_FROM = 1e11

const EXPIRY = {
  access: { at: ['accessTokenExpiry', 'expires_at'], in: ['expiresIn', 'expires_in'] },
  refresh: {
    at: ['refreshTokenExpiry', 'refresh_token_expires_at'],
    in: ['refreshExpiresIn', 'refresh_expires_in', 'refreshTokenExpiresIn', 'refresh_token_expires_in'],
  },
} as const

/** Every field that `parseTokenResponse` reads. */
const FIELDS: readonly string[] = [
  ...[ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN],
  ...Object.values(EXPIRY.access),
  ...Object.values(EXPIRY.refresh),
].flat()

/** A copy without what would be read as a token or its expiry. */
export function withoutTokenFields<T extends object>(source: T): T {
  return Object.fromEntries(Object.entries(source).filter(([name]) => !FIELDS.includes(name))) as T
}

/**
 * Reads a token response in any of the usual spellings (RFC 6749 §5.1 and its camel-case relatives).
 *
 * @throws {RefreshError} `invalid_response`, naming the field that is missing or can't be read
 */
export function parseTokenResponse(input: unknown, options: ParseOptions): TokenSet {
  if (!isRecord(input)) throw unreadable('the token response is not a JSON object')
  const accessToken = readToken(input, ACCESS_TOKEN)
  if (accessToken === undefined) throw unreadable('`accessToken` (or `access_token`) is missing')

  const refreshToken = readToken(input, REFRESH_TOKEN)
  const kept = options.previous?.refreshToken
  const keepsToken = refreshToken === undefined || refreshToken === kept
  const stated = readExpiry(input, EXPIRY.refresh, options.now).expiry ?? (keepsToken ? options.previous?.refreshTokenExpiry : undefined)
  // As for the access token, a past one says that the clocks disagree: it must not end a session that has just been renewed.
  const refreshTokenExpiry = stated !== undefined && stated > options.now ? stated : undefined

  return {
    accessToken,
    accessTokenExpiry: accessTokenExpiry(input, accessToken, options),
    ...definedOnly({ refreshToken: refreshToken ?? kept, refreshTokenExpiry, idToken: idTokenOf(input, options) }),
  }
}

/** Nothing depends on the ID token, so one that can't be read is as good as none. */
function idTokenOf(input: UnknownRecord, { keepIdToken, previous }: ParseOptions): string | undefined {
  if (!keepIdToken) return undefined
  const [, idToken] = firstPresent(input, ID_TOKEN) ?? []
  return typeof idToken === 'string' && idToken !== '' ? idToken : previous?.idToken
}

function accessTokenExpiry(input: UnknownRecord, accessToken: string, { now, assumedLifetime }: ParseOptions): number {
  const stated = readExpiry(input, EXPIRY.access, now)
  const own = jwtTimes(accessToken)
  const expiry = stated.expiry ?? (stated.unreadable === undefined ? own?.expiry : undefined)
  // An expiry in the past says that the two clocks disagree, not that the backend gives out dead tokens.
  if (expiry !== undefined && expiry > now) return expiry
  if (expiry !== undefined && own?.lifetime) return now + own.lifetime
  if (assumedLifetime !== undefined) return Math.min(now + assumedLifetime * 1000, NEVER)
  if (expiry !== undefined) return expiry
  throw unreadable(
    stated.unreadable === undefined
      ? 'no `accessTokenExpiry`, `expires_at`, `expiresIn` or `expires_in`, and the access token has no `exp`'
      : `\`${stated.unreadable}\` is no epoch time, ISO date or number of seconds`,
  )
}

function readToken(input: UnknownRecord, names: readonly string[]): string | undefined {
  const found = firstPresent(input, names)
  if (!found || found[1] === '') return undefined
  if (typeof found[1] === 'string') return found[1]
  throw unreadable(`\`${found[0]}\` is no string`)
}

/** The stated expiry: the first that lies ahead, else the first that can be read, else the field that can't. */
function readExpiry(
  input: UnknownRecord,
  names: { at: readonly string[]; in: readonly string[] },
  now: number,
): { expiry?: number; unreadable?: string } {
  const candidates = [
    { found: firstPresent(input, names.at), read: parseInstant },
    { found: firstPresent(input, names.in), read: (value: unknown) => parseLifetime(value, now) },
  ].flatMap(({ found, read }) => (found ? [{ name: found[0], expiry: read(found[1]) }] : []))
  // Zero is how some providers (Keycloak's offline tokens) say "no expiry": as good as not given.
  const stated = candidates.filter(({ expiry }) => expiry !== 0)
  const readable = stated.flatMap(({ expiry }) => (expiry === undefined ? [] : [expiry]))
  const expiry = readable.find((instant) => instant > now) ?? readable[0]
  if (expiry !== undefined) return { expiry }
  return stated[0] ? { unreadable: stated[0].name } : {}
}

/** Epoch milliseconds from epoch milliseconds or seconds (also as numeric strings), a `Date` or an ISO string. */
function parseInstant(value: unknown): number | undefined {
  const number = parseNumber(value)
  if (number !== undefined) {
    if (number < 0) return undefined
    return inRange(number < MILLISECONDS_FROM ? number * 1000 : number)
  }
  if (value instanceof Date) return inRange(value.getTime())
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? inRange(Date.parse(value)) : undefined
}

/** Epoch milliseconds from seconds, or from a numeric string of them; zero stays zero. */
function parseLifetime(value: unknown, now: number): number | undefined {
  const seconds = parseNumber(value)
  if (seconds === undefined || seconds < 0) return undefined
  return seconds === 0 ? 0 : inRange(now + seconds * 1000)
}

function parseNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** What a `Date` can hold, in whole milliseconds. */
function inRange(instant: number): number | undefined {
  return Math.abs(instant) <= NEVER ? Math.round(instant) : undefined
}

/**
 * When an access token expires (epoch milliseconds) and how long it lives (milliseconds), by its own `exp` and `iat`;
 * `undefined` for what is no JWT with an `exp`. It is not verified, which is the backend's part.
 */
export function jwtTimes(accessToken: string): { expiry?: number; lifetime?: number } | undefined {
  try {
    const { exp, iat } = decodeJwt(accessToken)
    const expiry = parseInstant(exp)
    if (!expiry) return undefined
    const lifetime = typeof iat === 'number' && typeof exp === 'number' ? Math.round((exp - iat) * 1000) : 0
    return lifetime > 0 && inRange(lifetime) ? { expiry, lifetime } : { expiry }
  } catch {
    return undefined
  }
}

function definedOnly<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof definedOnly<T>
  >
}

function unreadable(what: string): RefreshError {
  return new RefreshError('invalid_response', `The token response can't be used: ${what}.`)
}
