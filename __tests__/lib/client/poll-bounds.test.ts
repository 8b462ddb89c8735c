import fc from 'fast-check'
import { refetchInterval, tokenLife, type PollSchedule } from '../../../lib/token-lifetime'

const START = 1_700_000_000_250
const DAY = 86_400
/** The longest delay, in seconds, that a browser's timer holds. */
const TIMER_MAX = 2_147_483

interface Life {
  /** Seconds. */
  lifetime: number
  /** Seconds before the expiry; the default where there is none. */
  window: number | undefined
  /** Milliseconds by which the browser's clock is ahead. */
  skew: number
  /** Where each poll falls in its spread, and by which share of the room that it has left it comes late. */
  polls: { spread: number; lateness: number }[]
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const life: fc.Arbitrary<Life> = fc.record({
  lifetime: fc.double({ min: 10, max: 60 * DAY, noNaN: true }),
  window: fc.option(fc.double({ min: 3, max: 60 * DAY, noNaN: true }), { nil: undefined }),
  skew: fc.integer({ min: -10 * DAY * 1000, max: 10 * DAY * 1000 }),
  polls: fc.array(fc.record({ spread: share, lateness: share }), { minLength: 8, maxLength: 8 }),
})

/** One tab from a token's arrival to the poll that renews it: when it polled, in milliseconds of the server's clock. */
function pollsOf({ lifetime, window, skew, polls }: Life): { polledAt: number[]; opensAt: number; expiresAt: number } {
  const { opensAt, expiresAt } = tokenLife(START, START + lifetime * 1000, window)
  const polledAt: number[] = []
  let now = START
  for (const { spread, lateness } of polls) {
    const schedule: PollSchedule = { opensAt, expiresAt, serverTime: now, retryAt: 0 }
    // The browser sees the time that passes, and nothing of the server's clock but what the session says.
    const arrivedAt = now + skew
    const interval = refetchInterval(schedule, now + skew - arrivedAt, spread)
    const due = now + Math.floor(interval * 1000)
    now = due + Math.max(expiresAt - 1 - due, 0) * lateness
    polledAt.push(now)
    if (now >= opensAt) break
  }
  return { polledAt, opensAt, expiresAt }
}

describe('the polls of one lifetime', () => {
  it('end inside the window, however late within it, and are one for each delay that a timer can hold', () => {
    fc.assert(
      fc.property(life, (drawn) => {
        const { polledAt, opensAt, expiresAt } = pollsOf(drawn)
        const last = polledAt.at(-1)!
        expect(last).toBeGreaterThanOrEqual(opensAt)
        expect(last).toBeLessThan(expiresAt)
        expect(polledAt.length).toBeLessThanOrEqual(1 + Math.floor(drawn.lifetime / TIMER_MAX))
      }),
      { numRuns: 5_000 },
    )
  })

  it('are no more than 75 where none of them renews anything, and grow apart', () => {
    fc.assert(
      fc.property(fc.double({ min: 10, max: 24 * DAY, noNaN: true }), share, (lifetime, spread) => {
        const { opensAt, expiresAt } = tokenLife(START, START + lifetime * 1000)
        let polls = 0
        for (let now = START; now < expiresAt; polls += 1) {
          now += refetchInterval({ opensAt, expiresAt, serverTime: now, retryAt: 0 }, 0, spread) * 1000
        }
        expect(polls).toBeLessThanOrEqual(75)
      }),
      { numRuns: 1_000 },
    )
  })
})
