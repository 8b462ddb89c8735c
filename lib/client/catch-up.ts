import type { PollSchedule } from '../token-lifetime'
import { elapsedWithSleep } from './arrival'

/** How often to look whether a timer was slept through. */
const LOOK_EVERY_MS = 15_000
/** A timer that is late by so much was slept through, or held back. */
const SLACK_MS = 2_000

/**
 * Refetches a session that went stale while the page could not tell: on coming online, on becoming visible, on return
 * from the back/forward cache when the token is due; after sleep when the planned poll is overdue. Once: the answer is a
 * new session, with a watch of its own.
 *
 * @param pollAt when the poll is planned, in milliseconds since the session arrived
 * @returns what ends the watch
 */
export function watchForCatchUp(session: object, schedule: PollSchedule, pollAt: number, refetch: () => void): () => void {
  const dueMs = Math.max(schedule.opensAt, schedule.retryAt ?? 0) - schedule.serverTime

  function catchUp(isTime: boolean): void {
    if (!isTime) return
    end()
    refetch()
  }
  const onReturn = () => catchUp(document.visibilityState === 'visible' && elapsedWithSleep(session) >= dueMs)
  const isSleptThrough = () => navigator.onLine && elapsedWithSleep(session) >= pollAt + SLACK_MS
  const timer = setInterval(() => catchUp(isSleptThrough()), LOOK_EVERY_MS)

  function end(): void {
    clearInterval(timer)
    window.removeEventListener('online', onReturn)
    window.removeEventListener('pageshow', onReturn)
    document.removeEventListener('visibilitychange', onReturn)
  }
  window.addEventListener('online', onReturn)
  window.addEventListener('pageshow', onReturn)
  document.addEventListener('visibilitychange', onReturn)
  return end
}
