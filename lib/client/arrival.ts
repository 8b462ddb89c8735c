import { page } from './page'

export interface Arrival {
  /** By `performance.now()`, a clock that nobody can set, but which may stand still while the machine sleeps. */
  steady: number
  /** By the wall clock, which goes on in sleep, but which anybody can set. */
  wall: number
}

/** When this session was first seen on this page: milliseconds by two clocks. */
export function arrivalOf(session: object): Arrival {
  const arrival = page.arrivals.get(session) ?? { steady: performance.now(), wall: Date.now() }
  page.arrivals.set(session, arrival)
  return arrival
}

/** Milliseconds since then, sleep included. A wall clock that was set ahead looks like sleep; one set back costs nothing. */
export function elapsedWithSleep(session: object): number {
  const { steady, wall } = arrivalOf(session)
  return Math.max(performance.now() - steady, Date.now() - wall)
}
