/**
 * Seconds from a `Retry-After` header (RFC 9110 §10.2.3), which is a number of them or an HTTP date; `undefined` for all
 * else.
 *
 * @param now epoch milliseconds
 */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header)
  const instant = Date.parse(header)
  return Number.isNaN(instant) ? undefined : Math.max((instant - now) / 1000, 0)
}
