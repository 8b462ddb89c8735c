import fc from 'fast-check'
import { phaseOf, refetchInterval, tokenLife, windowLength, type PollSchedule } from '../../lib/token-lifetime'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
/** The longest delay, in seconds, that a browser's timer holds. */
const TIMER_MAX = 2_147_483

/** An instant that is no whole second, so that rounding shows. */
const START = 1_700_000_000_250

describe('the default window', () => {
  it.each([
    ['10 s', 10, 5],
    ['20 s', 20, 10],
    ['30 s', 30, 15],
    ['60 s', 60, 30],
    ['2 min', 2 * MINUTE, 60],
    ['4 min', 4 * MINUTE, 60],
    ['5 min', 5 * MINUTE, 75],
    ['1 h', HOUR, 900],
    ['4 h', 4 * HOUR, HOUR],
    ['24 h', DAY, HOUR],
    ['30 d', 30 * DAY, HOUR],
  ])('of a token that lives %s', (_, lifetime, seconds) => {
    expect(windowLength(lifetime)).toBe(seconds)
    expect(tokenLife(START, START + lifetime * 1000)).toEqual({
      opensAt: START + (lifetime - seconds) * 1000,
      expiresAt: START + lifetime * 1000,
    })
  })

  it('is a quarter of the lifetime, at most 1 h, at least 60 s, and never more than half', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 400 * DAY, noNaN: true }), (lifetime) => {
        const length = windowLength(lifetime)
        expect(length).toBeLessThanOrEqual(lifetime / 2)
        expect(length).toBeLessThanOrEqual(HOUR)
        if (lifetime >= 2 * MINUTE) expect(length).toBeGreaterThanOrEqual(MINUTE)
        if (lifetime >= 4 * MINUTE && lifetime <= 4 * HOUR) expect(length).toBe(lifetime / 4)
      }),
    )
  })
})

describe('a configured window', () => {
  it.each([
    ['a number of seconds', 30, 30],
    ['a fraction of a second', 0.5, 0.5],
    ['none at all', 0, 0],
    ['a function of the lifetime in seconds', (lifetime: number) => lifetime / 3, 100],
    ['nine tenths of the lifetime', 270, 270],
    ['as long as the lifetime: a tenth stays fresh', 300, 270],
    ['longer than the lifetime: a tenth stays fresh', 1e9, 270],
    ['a function that asks for more than the lifetime', () => 1e9, 270],
  ])('is taken: %s', (_, window, seconds) => {
    expect(windowLength(300, window)).toBe(seconds)
  })

  it.each([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['a negative number', -1],
    ['a function that gives NaN', () => NaN],
    ['a function that gives Infinity', () => Infinity],
    ['a function that gives a negative number', () => -0.001],
    ['a function that gives nothing', (() => undefined) as unknown as () => number],
    ['a function that gives text', (() => '30') as unknown as () => number],
  ])('gives way to the default where it makes no sense: %s', (_, window) => {
    expect(windowLength(300, window)).toBe(75)
  })

  it('lies within the lifetime and leaves some of it fresh, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 400 * DAY, noNaN: true }), fc.double(), (lifetime, window) => {
        for (const length of [windowLength(lifetime, window), windowLength(lifetime, () => window)]) {
          expect(length).toBeGreaterThanOrEqual(0)
          expect(length).toBeLessThan(lifetime)
        }
      }),
    )
  })
})

describe('a token that is dead on arrival', () => {
  it.each([
    ['expired an hour ago', -HOUR * 1000],
    ['expires in the instant it was obtained', 0],
    ['lives 1 ms', 1],
    ['lives 999 ms', 999],
    ['lives 1 s', 1000],
  ])('is taken to live a second: %s', (_, lifetime) => {
    expect(tokenLife(START, START + lifetime)).toEqual({ opensAt: START + 500, expiresAt: START + 1000 })
  })
})

describe('the phase of a token of 5 min', () => {
  const life = tokenLife(START, START + 300_000)

  it.each([
    ['at sign-in', 0, 'fresh'],
    ['1 ms before the window', 224_999, 'fresh'],
    ['when the window opens', 225_000, 'due'],
    ['1 ms before expiry', 299_999, 'due'],
    ['at expiry', 300_000, 'expired'],
    ['a day later', 86_400_000, 'expired'],
    ['long before it was obtained', -86_400_000, 'fresh'],
  ])('%s', (_, elapsed, phase) => {
    expect(phaseOf(life, START + elapsed)).toBe(phase)
  })

  it('goes from fresh to expired where the window is empty', () => {
    const windowless = tokenLife(START, START + 300_000, 0)
    expect(phaseOf(windowless, START + 299_999)).toBe('fresh')
    expect(phaseOf(windowless, START + 300_000)).toBe('expired')
  })
})

/** The schedule of a session made at `START`, whose token lives this many seconds. */
function scheduleOf(lifetime: number, window?: number): PollSchedule {
  return { ...tokenLife(START, START + lifetime * 1000, window), serverTime: START, retryAt: 0 }
}

describe('the next poll', () => {
  it.each([
    ['10 s', 10, 5, 5.25],
    ['30 s', 30, 15, 15.75],
    ['60 s', 60, 30, 31.5],
    ['5 min', 300, 75, 228.75],
    ['1 h', HOUR, 900, 2745],
    ['24 h', DAY, HOUR, 82_980],
  ])('comes early in the window of a token of %s, spread by jitter', (_, lifetime, window, earliest) => {
    const poll = (spread: number) => refetchInterval(scheduleOf(lifetime), 0, spread)
    expect(poll(0)).toBeCloseTo(earliest, 6)
    expect(poll(0.5)).toBeCloseTo((poll(0) + poll(1)) / 2, 6)
    expect(poll(1)).toBeGreaterThan(poll(0) + window * 0.09)
    expect(poll(1)).toBeLessThan(lifetime - window / 2)
  })

  it.each([
    ['100 s ago', 100_000, 128.75],
    ['almost when the poll is due', 227_749, 1.001],
    ['1 s before the poll is due', 227_750, 1],
    ['1 ms before the poll is due', 228_749, 1],
    ['when the poll is due', 228_750, 1],
  ])('is so much nearer when the session was made %s', (_, elapsed, seconds) => {
    expect(refetchInterval(scheduleOf(300), elapsed, 0)).toBeCloseTo(seconds, 6)
  })

  it.each([
    ['2 s', 2, 1],
    ['2.002 s', 2.002, 1.001],
    ['10 s', 10, 5],
    ['119.998 s', 119.998, 59.999],
    ['120 s', 120, 60],
    ['a week', 7 * DAY, 60],
  ])('waits half as long again for a token that is overdue by %s, at most 1 min', (_, overdue, seconds) => {
    expect(refetchInterval(scheduleOf(300), 228_750 + overdue * 1000, 0)).toBeCloseTo(seconds, 6)
  })

  it.each([
    ['31 d', 31 * DAY],
    ['60 d', 60 * DAY],
    ['a century', 36_500 * DAY],
  ])('is no farther than a timer can hold for a token of %s', (_, lifetime) => {
    expect(refetchInterval(scheduleOf(lifetime), 0, 0)).toBe(TIMER_MAX)
  })

  it('comes in the instant that a timer can just hold', () => {
    const lifetime = TIMER_MAX + 3_420 // the poll is 3 420 s before expiry
    expect(refetchInterval(scheduleOf(lifetime - 0.001), 0, 0)).toBeCloseTo(TIMER_MAX - 0.001, 3)
    expect(refetchInterval(scheduleOf(lifetime), 0, 0)).toBe(TIMER_MAX)
    expect(refetchInterval(scheduleOf(lifetime + 0.001), 0, 0)).toBe(TIMER_MAX)
  })

  it.each([
    ['before the poll point: the poll point counts', 100, 0, 228.75],
    ['behind the poll point', 250, 0, 250],
    ['behind the poll point, with tabs spread over a second', 260, 1, 261],
    ['far behind the expiry', 1000, 0.5, 1000.5],
    ['in the past', -100, 0, 228.75],
  ])('keeps the pause that the server asks for: %s', (_, retryIn, spread, seconds) => {
    const schedule = { ...scheduleOf(300), retryAt: START + retryIn * 1000 }
    expect(refetchInterval(schedule, 0, spread)).toBeCloseTo(seconds, 6)
  })

  it('comes as soon as the server tries again, however long the token is overdue', () => {
    const schedule = { ...scheduleOf(300), serverTime: START + 400_000, retryAt: START + 402_000 }
    expect(refetchInterval(schedule, 0, 0)).toBe(2)
  })

  it('keeps a longer pause for an overdue token than it would by itself', () => {
    const schedule = { ...scheduleOf(300), serverTime: START + 300_000, retryAt: START + 400_000 }
    expect(refetchInterval(schedule, 0, 0)).toBe(100)
  })

  it.each([
    ['the opening', { opensAt: NaN }],
    ['the expiry', { expiresAt: NaN }],
    ["the server's clock", { serverTime: NaN }],
  ])('is not planned where %s is no number', (_, broken) => {
    expect(refetchInterval({ ...scheduleOf(300), ...broken }, 0, 0.5)).toBe(0)
  })
})

describe('properties of the next poll', () => {
  const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e308, -1e308, START))
  const spread = fc.double({ min: 0, max: 1, noNaN: true })
  const lifetime = fc.double({ min: 10, max: 400 * DAY, noNaN: true })

  it('is 0 or something a timer can hold, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.record({ opensAt: anyNumber, expiresAt: anyNumber, serverTime: anyNumber, retryAt: anyNumber }),
        anyNumber,
        anyNumber,
        (schedule, elapsed, anySpread) => {
          const seconds = refetchInterval(schedule, elapsed, anySpread)
          if (seconds === 0) return
          expect(seconds).toBeGreaterThanOrEqual(1)
          expect(seconds).toBeLessThanOrEqual(TIMER_MAX)
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('falls inside the window, or as near to it as a timer reaches', () => {
    const window = fc.option(fc.double({ min: 2, max: 400 * DAY, noNaN: true }), { nil: undefined })
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(lifetime, window, share, spread, (seconds, configured, passed, jitter) => {
        const schedule = scheduleOf(seconds, configured)
        const elapsed = (schedule.opensAt - START) * passed
        const interval = refetchInterval(schedule, elapsed, jitter)
        // A timer's delay is whole milliseconds.
        const pollAt = START + elapsed + Math.floor(interval * 1000)
        expect(pollAt).toBeLessThan(schedule.expiresAt)
        if (interval !== TIMER_MAX) expect(pollAt).toBeGreaterThanOrEqual(schedule.opensAt)
      }),
      { numRuns: 2_000 },
    )
  })

  it('reaches the window of any token by way of such steps, and in few', () => {
    fc.assert(
      fc.property(lifetime, spread, (seconds, jitter) => {
        const schedule = scheduleOf(seconds)
        let now = START
        let polls = 0
        while (phaseOf(schedule, now) === 'fresh') {
          now += Math.floor(refetchInterval({ ...schedule, serverTime: now }, 0, jitter) * 1000)
          polls += 1
        }
        expect(phaseOf(schedule, now)).toBe('due')
        expect(polls).toBeLessThanOrEqual(1 + Math.ceil(seconds / TIMER_MAX))
      }),
    )
  })

  it('leaves room in the window for a second try', () => {
    fc.assert(
      fc.property(lifetime, spread, (seconds, jitter) => {
        const schedule = { ...scheduleOf(seconds), serverTime: START }
        fc.pre(schedule.opensAt - START < TIMER_MAX * 1000)
        const pollAt = START + refetchInterval(schedule, 0, jitter) * 1000
        expect(schedule.expiresAt - pollAt).toBeGreaterThan((schedule.expiresAt - schedule.opensAt) / 2)
      }),
    )
  })

  it('grows with each poll that brings nothing, up to 1 min', () => {
    fc.assert(
      fc.property(lifetime, spread, (seconds, jitter) => {
        const schedule = scheduleOf(seconds)
        let now = schedule.expiresAt
        const pauses = Array.from({ length: 40 }, () => {
          const pause = refetchInterval({ ...schedule, serverTime: now }, 0, jitter)
          now += pause * 1000
          return pause
        })
        pauses.forEach((pause, at) => expect(pause).toBeGreaterThanOrEqual(pauses[at - 1] ?? 1))
        expect(pauses[39]).toBe(60)
      }),
    )
  })

  it('never comes before the server will try again', () => {
    const pause = fc.double({ min: 0, max: 30 * DAY, noNaN: true })
    fc.assert(
      fc.property(lifetime, pause, pause, spread, (seconds, passed, retryIn, jitter) => {
        const now = START + passed * 1000
        const retryAt = now + retryIn * 1000
        const interval = refetchInterval({ ...scheduleOf(seconds), serverTime: now, retryAt }, 0, jitter)
        if (interval !== TIMER_MAX) expect(now + interval * 1000).toBeGreaterThanOrEqual(retryAt - 1)
      }),
    )
  })
})
