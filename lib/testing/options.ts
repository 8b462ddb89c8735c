import { randomBytes } from 'node:crypto'
import { type BackendUser, DEMO_USERS, parseUsers } from './users'

/** How a token backend behaves. Durations are seconds. */
export interface TokenBackendOptions {
  /**
   * Seconds an access token lives, at least 1. Its `exp` is a whole second, rounded down: it lives up to a second less.
   * @default 60
   */
  accessTokenLifetime?: number
  /**
   * Seconds a refresh token lives, counted anew for each successor.
   * @default 86400, 24 hours
   */
  refreshTokenLifetime?: number
  /**
   * Seconds during which a spent refresh token gets the very same successor token set again; then it counts as reuse.
   * @default 0
   */
  grace?: number
  /**
   * Whether a refresh spends the refresh token and gives a new one. `false`: one refresh token serves until it expires.
   * @default true
   */
  rotate?: boolean
  /**
   * Who may sign in; ids and emails must be unique.
   * @default an admin, ada@example.com / correct-horse, and a user, grace@example.com / battery-staple
   */
  users?: readonly BackendUser[]
  /**
   * The HS256 key of the access tokens, to verify them elsewhere or to share them among backends.
   * @default 32 random bytes
   */
  secret?: string | Uint8Array
  /**
   * The clock, in epoch milliseconds.
   * @default () => Date.now()
   */
  now?: () => number
}

export interface TokenBackendSettings {
  accessTokenLifetime: number
  refreshTokenLifetime: number
  grace: number
  rotate: boolean
  users: BackendUser[]
  secret: Uint8Array
  now: () => number
}

/** The options with their defaults; throws a `TypeError` that quotes the bad one. */
export function parseOptions(options: TokenBackendOptions): TokenBackendSettings {
  const { accessTokenLifetime = 60, refreshTokenLifetime = 24 * 60 * 60, grace = 0, rotate = true } = options
  const { users = DEMO_USERS, secret = randomBytes(32), now = () => Date.now() } = options
  check(isSeconds(accessTokenLifetime) && accessTokenLifetime >= 1, 'accessTokenLifetime', 'seconds, 1 or more')
  check(isSeconds(refreshTokenLifetime) && refreshTokenLifetime > 0, 'refreshTokenLifetime', 'seconds, more than 0')
  check(isSeconds(grace), 'grace', 'seconds, 0 or more')
  check(typeof rotate === 'boolean', 'rotate', 'true or false')
  check(isKey(secret), 'secret', 'a string or bytes, not empty')
  check(typeof now === 'function', 'now', 'a function that returns epoch milliseconds')
  return {
    accessTokenLifetime,
    refreshTokenLifetime,
    grace,
    rotate,
    users: parseUsers(users),
    secret: Buffer.from(secret),
    now,
  }
}

function isSeconds(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}

function isKey(value: unknown): boolean {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0
}

function check(holds: boolean, option: keyof TokenBackendOptions, rule: string): void {
  if (!holds) throw new TypeError(`"${option}" must be ${rule}`)
}
