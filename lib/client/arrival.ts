import { page } from './current-session'

export interface Arrival {
  /** By `performance.now()`, a clock that nobody can set, but which may stand still while the machine sleeps. */
  steady: number
  /** By the wall clock, which goes on in sleep, but which anybody can set. */
  wall: number
}

/** Milliseconds since this session was first seen on this page, by a clock that runs evenly. */
export function elapsedSince(session: object): number {
  return performance.now() - arrivalOf(session).steady
}

/**
 * The same, but counting sleep as well. A wall clock that was set ahead looks like sleep and costs one request; one that
 * was set back costs nothing.
 */
export function elapsedWithSleep(session: object): number {
  return Math.max(elapsedSince(session), Date.now() - arrivalOf(session).wall)
}

/** When this session was first seen on this page. */
export function arrivalOf(session: object): Arrival {
  const known = page.arrivals.get(session)
  if (known) return known
  const arrival = { steady: performance.now(), wall: Date.now() }
  page.arrivals.set(session, arrival)
  return arrival
}
