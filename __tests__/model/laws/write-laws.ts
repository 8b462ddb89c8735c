import type { JWT } from 'next-auth/jwt'
import { claimsOf, readCookie } from '../session-cookie'
import type { Instant } from '../scope'
import { newestKnown, type Issue } from '../truth'
import { nameOfIssue, type AppProcess, type World } from '../world'
import { isRightlyOver, knowsOfSignOut, slack } from './verdicts'

export interface Write {
  process: AppProcess
  begun: Instant
  best: Issue
  wasEnded: boolean
}

/** The cookie is about to be made. What is known now has to be in it; what comes later is the network's affair. */
export function beginWrite(world: World, process: AppProcess, token: JWT | undefined): Write | undefined {
  const issue = claimsOf(world.truth, token)?.issue
  if (!issue) return undefined
  return {
    process,
    begun: world.truth.instant(),
    best: newestKnown(world.truth, process.scope, issue),
    wasEnded: knowsOfSignOut(world, process.scope, issue.family),
  }
}

/** The cookie has been made. */
export function endWrite(world: World, { process, best, wasEnded, begun }: Write, value: string): void {
  const claims = readCookie(world.truth, value)
  if (!claims) {
    if (!isRightlyOver(world, process.scope, best)) world.breaks('6', `the cookie of ${nameOfIssue(best)} is deleted`)
    return
  }
  const { issue, isOver } = claims
  const name = nameOfIssue(issue)
  if (!issue || issue.family !== best.family) return world.breaks('11', `${name} is written for ${best.family.name}`)
  if (wasEnded) world.breaks('9', `the cookie of ${name} is written after the sign-out`)
  if (issue.index < best.index) world.breaks('3', `${name} is written over ${nameOfIssue(best)}`)
  if (isOver && !isRightlyOver(world, process.scope, issue)) world.breaks('4', `a living session is written off`)
  if (world.time.now() - begun.time > slack(process.scope)) world.breaks('5', 'writing the cookie takes its time')
}
