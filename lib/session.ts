import { isRecord, type UnknownRecord } from './record'
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
  /** A short name, random or hashed; the same as in events. */
  session: string
  /** The window's opening: from here on a session request renews the token. */
  opensAt: number
  /** The server's clock when this session was made. */
  serverTime: number
  /** When the access token was obtained, where that is known. */
  obtainedAt?: number
  /** How often the tokens have been renewed since sign-in. */
  generation: number
  /** Where a renewal is put off: no earlier request brings anything. */
  retryAt?: number
}

/** Whether the session is over, and not merely in trouble. */
export function isOver(session: unknown): boolean {
  return isRecord(session) && session['error'] === SESSION_OVER
}

/** The name of a session and its place in the order of answers, as far as it states them. */
export function orderOf(session: object): { name: unknown; generation: number; serverTime: number } {
  const stated: UnknownRecord = isRecord(session) && isRecord(session['tokenRefresh']) ? session['tokenRefresh'] : {}
  const { session: name, generation, serverTime } = stated
  return {
    name,
    generation: isInstant(generation) ? generation : 0,
    serverTime: isInstant(serverTime) ? serverTime : 0,
  }
}

/**
 * The newer of two answers, the one in hand and another. Generations order the answers of one session, whatever the clocks
 * of the servers say; a new sign-in begins anew, and there the server's clock decides.
 */
export function newerSession<S extends object>(held: S | null, other: S | null | undefined): S | null {
  if (!other || !held) return other ?? held
  const [old, young] = [orderOf(held), orderOf(other)]
  const isSame = old.name !== undefined && old.name === young.name
  if (isSame && old.generation !== young.generation) return young.generation > old.generation ? other : held
  return young.serverTime >= old.serverTime ? other : held
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
    const life = expiresAt > now ? tokenLife(now, expiresAt) : { opensAt: expiresAt, expiresAt }
    return { ...life, serverTime: now }
  }
  const { opensAt, serverTime, retryAt } = stated
  return { opensAt, expiresAt, serverTime, ...(isInstant(retryAt) && { retryAt }) }
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
