import { defaultWindow, type PollSchedule } from './token-lifetime'

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
  return (session as RefreshedSession | null | undefined)?.error === SESSION_OVER
}

/** The name of a session and its place in the order of answers, as far as it states them. */
export function orderOf(session: RefreshedSession): { name: unknown; generation: number; serverTime: number } {
  const { session: name, generation = 0, serverTime = 0 } = session.tokenRefresh ?? {}
  return { name, generation, serverTime }
}

/**
 * The newer of two answers, either of which may be missing; the second where nothing tells. Generations order the answers
 * of one session, whatever the clocks of the servers say; a new sign-in begins anew, and there the server's clock decides.
 */
export function newerSession<S extends object>(
  one: (S & RefreshedSession) | null | undefined,
  other: (S & RefreshedSession) | null | undefined,
): S | null | undefined {
  const [old, young] = [one?.tokenRefresh, other?.tokenRefresh]
  if (!old || !young) return other ?? one
  const lead = (old.session === young.session && young.generation - old.generation) || young.serverTime - old.serverTime
  return lead < 0 ? one : other
}

/**
 * The schedule that a session states, or `undefined` where it has nothing to poll for. A session without the server's
 * clock and window (an app that leaves them out) is planned by this browser's clock, as if its token were new.
 *
 * @param now this browser's clock in epoch milliseconds
 */
export function scheduleOf(session: RefreshedSession, now: number): PollSchedule | undefined {
  const { accessTokenExpiry: expiresAt, tokenRefresh } = session
  if (!expiresAt || isOver(session)) return undefined
  const opensAt = expiresAt - defaultWindow(Math.max(expiresAt - now, 0) / 1000) * 1000
  return { opensAt, expiresAt, serverTime: now, retryAt: 0, ...tokenRefresh }
}
