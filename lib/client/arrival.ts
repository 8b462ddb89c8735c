const arrivals = new WeakMap<object, number>()

/** When this session was first seen in this tab, by `performance.now()`: a clock that nobody can set. */
export function arrivalOf(session: object): number {
  const known = arrivals.get(session)
  if (known !== undefined) return known
  const now = performance.now()
  arrivals.set(session, now)
  return now
}
