import type { JWT } from 'next-auth/jwt'
import { nameOf } from '../../../lib/held-tokens'
import { readClaims } from '../../../lib/next-auth/claims'
import { claimsOf, type Claims } from '../session-cookie'
import type { Instant } from '../scope'
import { newestKnown, type Issue } from '../truth'
import { nameOfIssue, type AppProcess, type World } from '../world'
import { isRightlyOver, knowsOfSignOut, slack } from './verdicts'

/** One look at a session, from the cookie to the cookie. */
export interface Read {
  process: AppProcess
  begun: Instant
  carried: Claims
  /** What the request carried, and the newest that the process had to know then. */
  issue: Issue
  best: Issue
  wasEnded: boolean
  result?: Claims
}

const PATIENCE_WHILE_VALID_MS = 3_000
const TIMEOUT_MS = 10_000

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The `jwt` callback begins. */
export function beginRead(world: World, process: AppProcess, token: JWT): Read | undefined {
  const carried = claimsOf(world.truth, token)
  if (!carried?.issue) {
    world.breaks('11', 'a cookie holds a token that the backend never gave out')
    return undefined
  }
  const { issue } = carried
  const held = readClaims(token)
  if (held) world.sessionNames.set(nameOf(held), issue.family)
  return {
    process,
    begun: world.truth.instant(),
    carried,
    issue,
    best: newestKnown(world.truth, process.scope, issue),
    wasEnded: knowsOfSignOut(world, process.scope, issue.family),
  }
}

/** The `jwt` callback has given a token. */
export function endRead(world: World, read: Read | undefined, token: unknown): void {
  if (!isObject(token)) return world.breaks('6', `the jwt callback gave ${String(token)}`)
  if (!read) return
  const { process, issue, best, begun } = read
  const result = claimsOf(world.truth, token)
  read.result = result as Claims
  if (!isOfSession(world, read, result)) return
  const given = result.issue as Issue

  // A session that is over serves no token, new or old.
  if (!result.isOver && given.index < best.index) {
    const what = `${nameOfIssue(issue)} gets ${nameOfIssue(given)}, not ${nameOfIssue(best)}`
    world.breaks(issue === best ? '3' : '2', what)
  }
  if (result.isOver && !isRightlyOver(world, process.scope, given)) {
    world.breaks('4', `the session of ${nameOfIssue(given)} ends without cause`)
  }
  if (read.wasEnded && !result.isOver) world.breaks('9', `${nameOfIssue(given)} is served after the sign-out`)

  // Law 5: 3 s at most while a valid token is at hand; a dead one is worth one try's time.
  const waited = world.time.now() - begun.time
  const isValid = best.accessTokenExpiry > begun.time + slack(process.scope)
  const bound = isValid ? PATIENCE_WHILE_VALID_MS : TIMEOUT_MS
  if (waited > bound + slack(process.scope)) world.breaks('5', `a request waits ${waited} ms, with ${bound} ms allowed`)
}

/** Law 11. What comes out is a token set of the session that went in: the backend's own, whole, and of this user. */
function isOfSession(world: World, { carried, issue }: Read, result: Claims | undefined): result is Claims {
  const given = result?.issue
  if (!given || world.truth.byAccess(result.accessToken) !== given) {
    world.breaks('11', 'a session holds tokens that the backend never gave out together')
  } else if (given.family !== issue.family) {
    world.breaks('11', `${nameOfIssue(issue)} gets ${nameOfIssue(given)}`)
  } else if (result.session !== carried.session) {
    world.breaks('11', `the session of ${nameOfIssue(issue)} gets another name`)
  } else {
    return true
  }
  return false
}

/** The `session` callback has given what the browser sees. */
export function onSession({ setting, time, breaks }: World, read: Read | undefined, session: unknown): void {
  if (!isObject(session)) return breaks('6', 'the session callback gave no object')
  const { result } = read ?? {}
  if (!result?.issue) return
  const { issue, isOver } = result
  const { accessToken, error, tokenRefresh, user } = session
  if (error !== (isOver ? 'RefreshAccessTokenError' : undefined)) breaks('4', `the session says ${String(error)}`)
  if (accessToken !== (isOver || !setting.exposeAccessToken ? undefined : issue.accessToken)) {
    breaks('3', 'the session shows another token than the cookie holds')
  }
  if (!isObject(user) || user['email'] !== issue.family.email) breaks('11', 'another user is shown')
  // Law 7. A fresh token knows nothing of trouble.
  const { opensAt, retryAt } = isObject(tokenRefresh) ? tokenRefresh : {}
  if (retryAt !== undefined && time.now() < Number(opensAt)) breaks('7', 'a fresh session still speaks of a retry')
}

/** The `signOut` event has been dealt with. */
export function endSignOut(world: World, { scope }: AppProcess, begun: Instant): void {
  const waited = world.time.now() - begun.time
  if (waited > PATIENCE_WHILE_VALID_MS + slack(scope)) world.breaks('9', `a sign-out waits ${waited} ms`)
}
