import { parseSetCookie } from 'set-cookie-parser'
import type { Answered, Asked } from '../exchange'
import { readCookie, SESSION_COOKIE } from '../session-cookie'
import { nameOfIssue, type AppProcess, type World } from '../world'
import { isObject } from './session-laws'
import { isRightlyOver } from './verdicts'

/** A response leaves a process: what the user would notice of the laws. */
export function onResponse(
  world: World,
  process: AppProcess,
  kind: Asked['kind'],
  cookies: Record<string, string>,
  { body, setCookie }: Answered,
): void {
  if (kind === 'csrf' || kind === 'sign-in' || kind === 'sign-out') return
  const carried = readCookie(world.truth, cookies[SESSION_COOKIE])?.issue
  if (!carried) return
  const mayBeOver = isRightlyOver(world, process.scope, carried)
  const written = parseSetCookie([...setCookie]).filter(({ name }) => name === SESSION_COOKIE)

  // Law 6. The cookie stays while the session lives.
  if (written.at(-1)?.maxAge === 0 && !mayBeOver) world.breaks('6', `the cookie of ${nameOfIssue(carried)} is deleted`)
  // Law 4. So does the session.
  const isGone = body === null || (isObject(body) && Object.keys(body).length === 0)
  if (isGone && !mayBeOver) world.breaks('4', `the session of ${nameOfIssue(carried)} is gone from a ${kind}`)

  // Law 3. Of several cookies in one response the last one counts, so none may be older than those before it.
  const indices = written.flatMap(({ value }) => readCookie(world.truth, value)?.issue?.index ?? [])
  const goesBack = indices.some((index, at) => index < (indices[at - 1] ?? 0))
  if (goesBack) world.breaks('3', 'a response ends in an older cookie')

  // Law 11.
  if ((kind === 'token' || kind === 'page' || kind === 'rejected') && isObject(body)) {
    const issue = world.truth.byAccess(body['accessToken'])
    if (issue?.family !== carried.family) world.breaks('11', `${nameOfIssue(carried)} gets ${nameOfIssue(issue)}`)
  }
}
