import { isRecord } from './record'
import { tokenLife, type PollSchedule } from './token-lifetime'

/** `session.error` when, and only when, the session is over. */
export const SESSION_OVER = 'RefreshAccessTokenError'

/** What this library adds to next-auth's session. Instants are epoch milliseconds of the server's clock. */
export interface RefreshedSession {
  /** The current access token, unless `exposeAccessToken` is off. */
  accessToken?: string
  accessTokenExpiry?: number
  tokenRefresh?: SessionTokenRefresh
  /** There when, and only when, the session is over. */
  error?: typeof SESSION_OVER
}

/** What the client plans by. */
export interface SessionTokenRefresh {
  /** The window's opening: from here on a session request renews the token. */
  opensAt: number
  /** The server's clock when this session was made. */
  serverTime: number
  /** How often the tokens have been renewed since sign-in. */
  generation: number
  /** Where a renewal is put off: no earlier request brings anything. */
  retryAt?: number
}

/** Whether the session is over, and not merely in trouble. */
export function isOver(session: unknown): boolean {
  return isRecord(session) && session['error'] === SESSION_OVER
}

/**
 * The schedule that a session states, or `undefined` where it has nothing to poll for. A session without the server's
 * clock and window (a server without this library) is planned by this browser's clock, as if its token were new.
 *
 * @param now this browser's clock in epoch milliseconds
 */
export function scheduleOf(session: unknown, now: number): PollSchedule | undefined {
  if (!isRecord(session) || isOver(session)) return undefined
  const expiresAt = session['accessTokenExpiry']
  if (!isInstant(expiresAt)) return undefined
  const stated = session['tokenRefresh']
  if (!isRecord(stated) || !isInstant(stated['opensAt']) || !isInstant(stated['serverTime'])) {
    return { ...tokenLife(now, expiresAt), serverTime: now }
  }
  const { opensAt, serverTime, retryAt } = stated
  return { opensAt, expiresAt, serverTime, ...(isInstant(retryAt) && { retryAt }) }
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
