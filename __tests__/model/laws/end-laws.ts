import { heldBy, request, type Browser } from '../browser'
import { SCOPE_PREFIX } from '../app-process'
import { newestKnown, type Issue } from '../truth'
import { nameOfIssue, type World } from '../world'
import { isObject } from './session-laws'
import { knowsOfSignOut } from './verdicts'

/** Longer than any cool-down. */
const LATER_MS = 310_000

/** After the last request has been answered and delivered. */
export async function checkEnd(world: World): Promise<void> {
  world.backend.clearFaults()
  world.misconfigured = 0
  await world.time.pass(LATER_MS)
  for (const browser of world.browsers) await probe(world, browser)
  checkRevocations(world)
  checkSecrets(world)
  checkMemory(world)
  if (!world.disturbed && world.backend.presentations() > 1) world.breaks('1', 'a refresh token was presented twice')
}

/**
 * Laws 4 and 7. The faults are over and the cool-downs past: whoever holds an unspent token of a living family, or a
 * spent one whose successors the process has to know, is signed in with a valid token. Law 9: whoever has signed out is
 * not.
 */
async function probe(world: World, browser: Browser): Promise<void> {
  const { time, truth, backend } = world
  const held = heldBy(world, browser)
  const scope = world.processes[0]?.scope
  if (!held || !scope) return
  const newest = newestKnown(truth, scope, held)
  const isSpent = backend.presentations(newest.refreshToken) > 0 || newest.refreshTokenExpiry < time.now() + 60_000
  const isAlive = !held.family.dead && !held.family.signedOut && !isSpent
  const wasEnded = knowsOfSignOut(world, scope, held.family)

  const answer = request(world, browser, 0, 'session')
  if (!(await time.settle())) world.breaks('5', 'something goes on for ever')
  const body = await answer
  const session = isObject(body) ? body : {}
  if (isAlive && !isLive(session, time.now())) {
    world.breaks('7', `${nameOfIssue(newest)} is good, and yet ${browser.name} gets ${Object.keys(session).join(', ')}`)
  }
  const after: Issue | undefined = heldBy(world, browser)
  if (wasEnded && after) world.breaks('9', `${browser.name} still holds ${nameOfIssue(after)} after the sign-out`)
}

function isLive(session: Record<string, unknown>, now: number): boolean {
  return session['error'] === undefined && Number(session['accessTokenExpiry']) > now
}

/** Law 9. The backend was asked to revoke each session that was ended while it lived. */
function checkRevocations({ processes, crashed, breaks }: World): void {
  if (crashed) return
  for (const { scope } of processes) {
    for (const family of scope.toRevoke) {
      if (!scope.revoked.has(family)) breaks('9', `${family.name} was never revoked`)
    }
  }
}

/** Law 10. No token in an event or a log line. */
function checkSecrets({ truth, events, logged, breaks }: World): void {
  const said = `${JSON.stringify(events)}\n${logged.join('\n')}`
  if (truth.secrets().some((secret) => said.includes(secret))) breaks('10', 'a token is in an event or in the log')
}

/** Nothing is left behind by what is over. */
function checkMemory(world: World): void {
  const memories = (globalThis as Record<symbol, unknown>)[Symbol.for('next-auth-refresh.memories')]
  if (!(memories instanceof Map)) return
  for (const { name } of world.processes) {
    const memory = memories.get(`${SCOPE_PREFIX}${name}`) as { flights: Map<string, unknown> } | undefined
    if (memory && memory.flights.size > 0) world.breaks('memory', `${memory.flights.size} flights never land`)
  }
}
