import { currentBearer, successorOf, type Bearer } from './bearer'
import { page } from './page'
import { refetchSession } from './inquiry'
import { requestRenewal, requestSession } from './session-request'
import { adoptSession, userOf } from './current-session'

/** Why a token is renewed: its time is up, or the backend has answered 401 to it. */
export type Reason = 'due' | 'rejected'

/** Whose session the server has said it is. */
export type Outcome = 'same user' | 'another user' | 'nobody' | 'silence'

/** What is under way, and since when by `performance.now()`. */
export interface Flight {
  startedAt: number
  outcome: Promise<Outcome>
}

interface Renewals {
  flights: Map<string, Flight>
  /** Which token is let alone for which reason, and until when by `performance.now()`. */
  pauses: Map<Reason, { user: string; accessToken: string; until: number }>
}

const KEY = Symbol.for('next-auth-refresh.renewals')

/** One for all clients on this page. */
const renewals: Renewals = ((globalThis as { [KEY]?: Renewals })[KEY] ??= { flights: new Map(), pauses: new Map() })

/** After a try that brought no other token: the server forces no more either. */
const PAUSE_MS = 5_000

/** The renewal of this user's token that is under way for this reason. */
export function flightOf(reason: Reason, { user }: Bearer): Flight | undefined {
  return renewals.flights.get(`${reason} ${user}`)
}

/** Has the server renew this token, once for all who ask. Never rejects. */
export function renew(reason: Reason, bearer: Bearer, basePath: string | undefined): Flight {
  const underWay = flightOf(reason, bearer)
  if (underWay) return underWay
  const key = `${reason} ${bearer.user}`
  const flight = { startedAt: performance.now(), outcome: ask(reason, bearer, basePath ?? page.basePath) }
  renewals.flights.set(key, flight)
  void flight.outcome.finally(() => renewals.flights.delete(key))
  return flight
}

/** Lets a token alone that cannot be renewed for this reason, or not with success. */
export function pause(reason: Reason, { user, accessToken }: Bearer, milliseconds = PAUSE_MS): void {
  renewals.pauses.set(reason, { user, accessToken, until: performance.now() + milliseconds })
}

export function isPaused(reason: Reason, { user, accessToken }: Bearer): boolean {
  const last = renewals.pauses.get(reason)
  return last?.user === user && last.accessToken === accessToken && performance.now() < last.until
}

async function ask(reason: Reason, bearer: Bearer, basePath: string): Promise<Outcome> {
  const answer = await (reason === 'due' ? requestSession(basePath) : requestRenewal(basePath, bearer.generation))
  const outcome = outcomeOf(answer, bearer)
  if (answer && outcome === 'same user') adoptSession(answer)
  if (!successorOf(bearer)) pause(reason, bearer)
  const isUnchanged = outcome === 'same user' && currentBearer()?.accessToken === bearer.accessToken
  // next-auth's own client has to see it as well, and what it sees all others do.
  if (outcome !== 'silence' && !isUnchanged) refetchSession()
  return outcome
}

function outcomeOf(answer: object | undefined, bearer: Bearer): Outcome {
  if (!answer) return 'silence'
  if (Object.keys(answer).length === 0) return 'nobody'
  return userOf(answer) === bearer.user ? 'same user' : 'another user'
}
