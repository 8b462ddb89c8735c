import { isRecord } from '../record'
import { isOver, orderOf, scheduleOf } from '../session'
import { arrivalOf, elapsedWithSleep } from './arrival'
import { currentSession, userOf } from './current-session'

/** Whose token a request may carry. */
export interface Bearer {
  user: string
  accessToken: string
  /** How often the tokens have been renewed since sign-in. */
  generation: number
  session: object
}

/** A token with less to live is renewed before it is sent, unless half its window is shorter still. */
const LAST_MS = 30_000

/** The current user's token; `undefined` where nobody is signed in, the session is over, or keeps its token hidden. */
export function currentBearer(): Bearer | undefined {
  const session = currentSession()
  if (!session || !isRecord(session) || isOver(session)) return undefined
  const { accessToken } = session
  if (typeof accessToken !== 'string' || accessToken === '') return undefined
  return { user: userOf(session), accessToken, generation: orderOf(session).generation, session }
}

/** The same user's token, if it is another than the one that was sent. */
export function successorOf(sent: Bearer): Bearer | undefined {
  const bearer = currentBearer()
  return bearer?.user === sent.user && bearer.accessToken !== sent.accessToken ? bearer : undefined
}

/** Milliseconds that this token has left, by the server's clock; infinite where it says nothing of that. */
export function timeLeft({ session }: Bearer): number {
  const schedule = scheduleOf(session, arrivalOf(session).wall)
  return schedule ? schedule.expiresAt - schedule.serverTime - elapsedWithSleep(session) : Infinity
}

/**
 * Whether the token is about to expire, or has: the page's own poll, early in the window, has not come. Not while the
 * server puts its next try off.
 */
export function isAboutToExpire(bearer: Bearer): boolean {
  const { session } = bearer
  const schedule = scheduleOf(session, arrivalOf(session).wall)
  if (!schedule) return false
  const { opensAt, expiresAt, serverTime, retryAt = -Infinity } = schedule
  if (serverTime + elapsedWithSleep(session) < retryAt) return false
  return timeLeft(bearer) <= Math.min(LAST_MS, (expiresAt - opensAt) / 2)
}
