import type { RefreshEvent } from '../../../lib'
import type { AppProcess, World } from '../world'
import { slack } from './verdicts'

/** A run of failures is remembered for 5 min after its last one; within a little less it has to be. */
const REMEMBERED_MS = 299_000
const LONGEST_MS = 300_000

/** The library speaks of a session. */
export function onEvent(world: World, process: AppProcess, event: RefreshEvent): void {
  world.events.push(event)
  world.note(`${process.name} says ${JSON.stringify(event)}`)
  if (event.type === 'refresh-postponed') onPostponed(world, process, event)
}

/** Law 5. The next try backs off: from half a second, doubling with each failure in a row, and never for too long. */
function onPostponed(
  { truth, time, sessionNames, breaks }: World,
  process: AppProcess,
  { session, until }: RefreshEvent & { type: 'refresh-postponed' },
): void {
  const family = sessionNames.get(session)
  const refreshToken = family && process.heardOf.get(family)
  if (refreshToken === undefined) return
  const { quiet, locksLostAt } = process.scope
  const before = quiet.get(refreshToken)
  const now = time.now()
  // Without locks two may fail side by side, and not in a row.
  const isInRow = before && now < before.until + REMEMBERED_MS && locksLostAt === -Infinity
  const failures = isInRow ? before.failures : 0
  quiet.set(refreshToken, { process, at: truth.instant(), until, failures: failures + 1 })
  const least = Math.min(500 * 2 ** failures, 15_000)
  const length = until - now
  const isShort = length < least - slack(process.scope)
  if (isShort) breaks('5', `a cool-down of ${length} ms after failure ${failures + 1} in a row`)
  if (length > LONGEST_MS) breaks('7', `a cool-down of ${length} ms`)
}
