import { scheduleOf, type RefreshedSession } from '../session'
import { refetchInterval } from '../token-lifetime'
import { arrivalOf } from './arrival'
import { refetchSession } from './inquiry'
import { takesTurn } from './turn'
import { onWaking } from './waking'

/** How often to look whether the poll was missed. */
const LOOK_EVERY_MS = 10_000
/** By so much the two clocks of a browser may differ, neither having been set. */
const SLACK_MS = 2_000

/**
 * Plans the next poll of a session, and sees to it that it isn't missed: what is due is fetched at once when the page comes
 * back, and after sleep. Once: the answer is a new session, with a plan of its own.
 *
 * @param tell receives the seconds until the poll, 0 where there is none
 * @returns what ends the watch
 */
export function planPoll(
  session: RefreshedSession | null | undefined,
  tell: (seconds: number) => void,
): (() => void) | void {
  const schedule = session && scheduleOf(session, Date.now())
  if (!schedule) return tell(0)

  const { steady, wall } = arrivalOf(session)
  const seconds = refetchInterval(schedule, performance.now() - steady, spreadOf(session))
  tell(seconds)
  const pollAt = performance.now() + seconds * 1000
  const dueAt = steady + Math.max(schedule.opensAt, schedule.retryAt) - schedule.serverTime

  /** Whether next-auth's timer may have been started anew, as it is where it is told not to poll while offline. */
  let wasOffline = false

  /** Timers go by the steady clock: past the poll, theirs has fired or fires now, unless it may have been missed. */
  function catchUp(from: number): void {
    const now = performance.now()
    const byWall = steady + Date.now() - wall
    // next-auth skips polls where the wall clock was set back.
    if (now >= pollAt && !wasOffline && byWall > now - SLACK_MS) return
    if (Math.max(now, byWall) < from) return
    end()
    refetchSession()
  }
  const timer = setInterval(() => {
    if (navigator.onLine) catchUp(pollAt + SLACK_MS)
  }, LOOK_EVERY_MS)
  const stop = onWaking(({ type }) => {
    if (type === 'online') wasOffline = true
    if (document.visibilityState === 'visible') catchUp(dueAt)
  })
  function end(): void {
    clearInterval(timer)
    stop()
  }
  return end
}

/**
 * The tab whose turn it is comes before the others, and visible tabs before hidden ones: the first to poll spares the
 * others theirs, since its broadcast reaches them.
 */
function spreadOf(session: RefreshedSession): number {
  const quarter = (takesTurn(session) ? 0 : 2) + (document.visibilityState === 'visible' ? 0 : 1)
  return (quarter + Math.random()) / 4
}
