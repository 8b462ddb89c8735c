import type { BackendResponse } from '../../../lib/testing'
import { hasSettled } from '../scope'
import { newestKnown, type Issue } from '../truth'
import { bodyOf, type Call } from '../wire'
import { nameOfIssue, type AppProcess, type World } from '../world'
import { refusalKnown, knowsOfSignOut } from './verdicts'

/** A backend that asks for more is not believed. */
const LONGEST_ASKED_S = 300
/** Tries of one renewal don't lie further apart: 10 s for one, and 4 s between two. */
const ONE_RENEWAL_MS = 20_000
/** For so long the loss of a lock may be felt: no renewal takes longer in all. */
const LOCKS_MISSED_MS = 60_000

const REJECTED_AT_LEAST_MS = 5_000

/** A request leaves a process. */
export function onSent(world: World, call: Call, url: string): void {
  const { path, issue, process, refreshToken } = call
  if (path === 'login') return
  if (url.includes(refreshToken)) world.breaks('10', 'a refresh token is in a URL')
  if (!issue) return world.breaks('11', `the backend is asked to ${path} a token that it never gave out`)
  if (path === 'logout') return onRevoking(world, call, issue)
  onRefreshing(world, call, issue)
  process.presented.set(refreshToken, world.time.now())
}

function onRefreshing(world: World, { process, refreshToken }: Call, issue: Issue): void {
  const { truth, time } = world
  const { scope } = process
  const now = time.now()
  const name = nameOfIssue(issue)

  // Law 1. A scope presents a token again only where it has no successor: the first try failed, or its answer was lost,
  // or the process that had it crashed, or retention is over. And it never does so twice at a time.
  const successor = truth.knownSuccessor(scope, issue)
  // What retention has let go may rightly be presented twice.
  if (scope.learned.has(refreshToken)) world.disturbed = true
  if (successor) world.breaks('1', `${name} is presented again, though ${nameOfIssue(successor)} is known`)
  if (isUnderWay(world, process, refreshToken)) world.breaks('1', `${name} is presented twice at a time`)

  const hadBegun = now - (process.presented.get(refreshToken) ?? -Infinity) < ONE_RENEWAL_MS

  // Law 5. Tries back off, for as long as the backend asked at least. Where locks were lost, a renewal that had begun
  // runs its course, though another process has put its own off meanwhile.
  const quiet = scope.quiet.get(refreshToken)
  const isTold = quiet && (quiet.process === process || (!hadBegun && hasSettled(scope, quiet, truth.instant())))
  if (isTold && now < quiet.until) {
    world.breaks('5', `${name} is tried ${quiet.until - now} ms before its cool-down is over`)
  }
  // Another process hears of it only from the cool-down.
  const asked = scope.asked.get(refreshToken)
  if (asked?.process === process && now < asked.until) {
    world.breaks('5', `${name} is tried ${asked.until - now} ms before the backend's Retry-After`)
  }

  // Law 7. After a terminal error no more traffic reaches the backend for that session.
  if (refusalKnown(world, scope, issue)) world.breaks('7', `${name} is presented after a terminal refusal`)

  // Law 9. A session that was ended is not renewed; a renewal that had begun may run its course.
  if (!hadBegun && knowsOfSignOut(world, scope, issue.family)) world.breaks('9', `${name} is renewed after sign-out`)

  // Only inside the window, but for a token that the backend has rejected, and then not at once. 3 s for whole seconds
  // and the way.
  const isRejected = world.rejected.has(issue.accessToken) && now - issue.issuedAt >= REJECTED_AT_LEAST_MS
  const isFresh = now < issue.accessTokenExpiry - windowMs(world) - 3_000
  if (isFresh && !isRejected) world.breaks('window', `${name} is renewed while fresh`)
}

function onRevoking(world: World, { process }: Call, issue: Issue): void {
  const { scope } = process
  // Law 9. The newest token is revoked, that of a renewal under way included.
  const newest = newestKnown(world.truth, scope, issue)
  const name = nameOfIssue(issue)
  if (newest !== issue) world.breaks('9', `${name} is revoked, though ${nameOfIssue(newest)} is known`)
  if (isUnderWay(world, process, issue.refreshToken)) world.breaks('9', `${name} is revoked while it is renewed`)
  scope.revoked.add(issue.family)
}

/** Whether a renewal of this token is on the wire. Without locks another process may be at it unknown to this one. */
function isUnderWay({ time }: World, process: AppProcess, refreshToken: string): boolean {
  const { underWay, locksLostAt } = process.scope
  const areLocksLost = time.now() - locksLostAt < LOCKS_MISSED_MS
  return [...underWay].some(
    (other) => other.refreshToken === refreshToken && (other.process === process || !areLocksLost),
  )
}

/** The default window: a quarter of the lifetime, at most 1 h; at least 60 s, never more than half of the lifetime. */
function windowMs({ setting: { accessTokenLifetime: lifetime } }: World): number {
  return Math.min(Math.max(Math.min(lifetime / 4, 3_600), 60), lifetime / 2) * 1000
}

/** The backend has answered, whether or not the answer arrives. */
export function onTaken({ truth }: World, { path, issue }: Call, response: BackendResponse): void {
  const body = bodyOf(response)
  if (path === 'login' && response.status === 200 && body) truth.opened(body)
  if (!issue) return
  if (path === 'refresh' && body?.['refreshToken'] !== undefined) truth.rotated(issue, body)
  if (path === 'refresh' && isRefusal(response)) issue.family.dead = true
  if (path === 'logout' && response.status === 204) issue.family.dead = true
}

/** The answer has arrived at a process that lives and still waits for it. */
export function onAnswered({ truth, time }: World, { path, issue, process }: Call, response: BackendResponse): void {
  if (path !== 'refresh' || !issue) return
  const { scope } = process
  const at = truth.instant()
  const successor = truth.byRefresh(bodyOf(response)?.['refreshToken'])
  if (successor) return truth.learn(process, issue, successor)
  // The loser of a race holds a token with a known successor: its refusal proves nothing.
  if (isRefusal(response) && !truth.knownSuccessor(scope, issue)) {
    issue.family.refusals.push({ scope, process, issue, at })
  }
  const retryAfter = response.headers['Retry-After']
  if (retryAfter !== undefined) {
    const until = time.now() + Math.min(Number(retryAfter), LONGEST_ASKED_S) * 1000
    scope.asked.set(issue.refreshToken, { process, at, until })
  }
}

function isRefusal(response: BackendResponse): boolean {
  return response.status === 401 && bodyOf(response)?.['error'] === 'invalid_grant'
}
