import fc from 'fast-check'
import { isOver, newerSession, scheduleOf, type RefreshedSession } from '../../lib/session'
import { refetchInterval } from '../../lib/token-lifetime'

const NOW = 1_700_000_000_250
const tokenRefresh = { session: 'name', opensAt: NOW + 200_000, serverTime: NOW, generation: 3 }
const session = { accessToken: 'token', accessTokenExpiry: NOW + 300_000, tokenRefresh }

describe('whether a session is over', () => {
  it.each([
    ['an error of ours', { error: 'RefreshAccessTokenError' }, true],
    ['no error', {}, false],
    ["an error of the app's", { error: 'SomethingElse' }, false],
    ['an error that is no text', { error: true }, false],
    ['no session', null, false],
    ['nothing yet', undefined, false],
    ['text', 'RefreshAccessTokenError', false],
  ])('%s', (_, value, over) => {
    expect(isOver(value)).toBe(over)
  })
})

describe('the newer of two sessions', () => {
  const stated = (changes: object): RefreshedSession => ({ ...session, tokenRefresh: { ...tokenRefresh, ...changes } })
  const held = stated({})

  it.each<[name: string, other: RefreshedSession | null | undefined, isNewer: boolean]>([
    ['a later generation', stated({ generation: 4 }), true],
    ['a later generation by a clock that is behind', stated({ generation: 4, serverTime: NOW - 60_000 }), true],
    ['an earlier generation', stated({ generation: 2 }), false],
    ['an earlier generation by a clock that is ahead', stated({ generation: 2, serverTime: NOW + 60_000 }), false],
    ['a later answer', stated({ serverTime: NOW + 1 }), true],
    ['an earlier answer', stated({ serverTime: NOW - 1 }), false],
    ['the same once more', stated({}), true],
    ['a later sign-in', stated({ session: 'other', generation: 0, serverTime: NOW + 1 }), true],
    ['an earlier sign-in', stated({ session: 'other', generation: 7, serverTime: NOW - 1 }), false],
    ['one that says nothing of itself', { accessToken: 'other' }, true],
    ['none', null, false],
    ['none so far', undefined, false],
  ])('is the other one or not: %s', (_, other, isNewer) => {
    expect(newerSession(held, other)).toBe(isNewer ? other : held)
  })

  it('is the only one there is', () => {
    expect(newerSession(null, held)).toBe(held)
    expect(newerSession(held, undefined)).toBe(held)
  })
})

/** As a session arrives that an app's own callback has had its hands on. */
const schedule = (value: unknown, now = NOW) => scheduleOf(value as RefreshedSession, now)

describe('the schedule of a session', () => {
  it('is what the server states', () => {
    expect(schedule(session)).toMatchObject({
      opensAt: NOW + 200_000,
      expiresAt: NOW + 300_000,
      serverTime: NOW,
      retryAt: 0,
    })
  })

  it.each([
    ['10 min ahead', 600_000],
    ['10 min behind', -600_000],
    ['at the epoch', -NOW],
  ])("does not depend on this browser's clock: %s", (_, skew) => {
    expect(schedule(session, NOW + skew)).toEqual(schedule(session))
  })

  it('carries the pause that the server asks for', () => {
    const postponed = { ...session, tokenRefresh: { ...tokenRefresh, retryAt: NOW + 250_000 } }
    expect(schedule(postponed)).toMatchObject({ retryAt: NOW + 250_000 })
  })

  it.each([
    ['that is over', { ...session, error: 'RefreshAccessTokenError' }],
    ['without an expiry', { tokenRefresh }],
    ['with an expiry of nothing', { ...session, accessTokenExpiry: null }],
  ])('is none for a session %s', (_, value) => {
    expect(schedule(value)).toBeUndefined()
  })

  it("stays where the session has an error of the app's", () => {
    expect(schedule({ ...session, error: 'SomethingElse' })).toEqual(schedule(session))
  })

  it.each([
    ['nothing', undefined],
    ['`null`', null],
    ['text', 'soon'],
  ])("is the default window by this browser's clock where the server says %s of its own", (_, stated) => {
    expect(schedule({ ...session, tokenRefresh: stated })).toMatchObject({
      opensAt: NOW + 225_000,
      expiresAt: NOW + 300_000,
      serverTime: NOW,
    })
  })

  it('gives something a timer can hold for whatever JSON can say', () => {
    // No object can be asked for its number whose `valueOf` or `toString` is none: nothing states one of these.
    const json = fc.jsonValue({ maxDepth: 1 }).filter((value) => !/"(valueOf|toString)"/.test(JSON.stringify(value)))
    const anySession = fc.record(
      {
        accessTokenExpiry: fc.oneof(json, fc.double()),
        tokenRefresh: fc.oneof(
          json,
          fc.record({ opensAt: fc.double(), serverTime: fc.double(), retryAt: fc.double() }),
          fc.record({ opensAt: json, serverTime: json, retryAt: json }),
        ),
        error: json,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anySession, fc.integer({ min: 0, max: 4e12 }), (value, now) => {
        const planned = schedule(value, now)
        const seconds = planned ? refetchInterval(planned, 0, 0.5) : 0
        expect(seconds === 0 || (seconds >= 1 && seconds <= 2_147_483)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('a server that says nothing of its window and renews nothing either', () => {
  it('is asked ever less often for a token that has long expired', () => {
    let now = NOW + 3_600_000
    let polls = 0
    const until = now + 600_000
    for (let planned = schedule({ accessTokenExpiry: NOW }, now); planned && now < until; polls += 1) {
      now += refetchInterval(planned, 0, 0.5) * 1000
      planned = schedule({ accessTokenExpiry: NOW }, now)
    }
    // A poll a minute, and a few on the way there.
    expect(polls).toBeLessThanOrEqual(20)
  })
})
