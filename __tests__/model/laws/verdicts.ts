import { hasSettled, type Scope } from '../scope'
import { newestKnown, type Family, type Issue, type Refusal } from '../truth'
import type { World } from '../world'

/**
 * Law 4's three ends of a session: the user signed out; the backend refused a token to a process that knew no successor
 * of it; the newest refresh token has expired.
 */
export function isRightlyOver(world: World, scope: Scope, held: Issue): boolean {
  const { family } = held
  const newest = newestKnown(world.truth, scope, held)
  const wasRefused = family.refusals.some(({ issue }) => issue.index >= newest.index)
  return family.signedOut || wasRefused || newest.refreshTokenExpiry <= world.time.now()
}

/**
 * Whether this scope has to know that the user has ended the session. There is no end to that: "no late response brings
 * the session back", however late the jar that it fell into is opened again.
 */
export function knowsOfSignOut({ truth }: World, scope: Scope, family: Family): boolean {
  const fact = scope.signedOut.get(family)
  return fact !== undefined && hasSettled(scope, fact, truth.instant())
}

/** The refusal of these tokens, or of newer ones of the session, that this scope has to know of: for ever, too. */
export function refusalKnown({ truth }: World, scope: Scope, { family, index }: Issue): Refusal | undefined {
  const now = truth.instant()
  return family.refusals.find(
    (refusal) =>
      refusal.scope === scope &&
      refusal.issue.index >= index &&
      !isOutdone(scope, refusal) &&
      hasSettled(scope, refusal, now),
  )
}

/** Whether the successor came in while the refused one took its second look for it. */
function isOutdone({ learned, settles }: Scope, { issue, at }: Refusal): boolean {
  const record = learned.get(issue.refreshToken)
  return record !== undefined && record.at.time <= at.time + settles
}

/** Milliseconds that looks into the store add to a bound. */
export function slack({ settles }: Scope): number {
  return settles + 1
}
