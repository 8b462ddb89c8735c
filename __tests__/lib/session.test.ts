import fc from 'fast-check'
import { isOver, scheduleOf } from '../../lib/session'
import { refetchInterval } from '../../lib/token-lifetime'

const NOW = 1_700_000_000_250
const session = {
  expires: '2099-01-01T00:00:00.000Z',
  accessToken: 'token',
  accessTokenExpiry: NOW + 300_000,
  tokenRefresh: { opensAt: NOW + 200_000, serverTime: NOW, generation: 3 },
}

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

describe('the schedule of a session', () => {
  it('is what the server states', () => {
    expect(scheduleOf(session, NOW)).toEqual({ opensAt: NOW + 200_000, expiresAt: NOW + 300_000, serverTime: NOW })
  })

  it.each([
    ['10 min ahead', 600_000],
    ['10 min behind', -600_000],
    ['at the epoch', -NOW],
  ])("does not depend on this browser's clock: %s", (_, skew) => {
    expect(scheduleOf(session, NOW + skew)).toEqual(scheduleOf(session, NOW))
  })

  it('carries the pause that the server asks for', () => {
    const postponed = { ...session, tokenRefresh: { ...session.tokenRefresh, retryAt: NOW + 250_000 } }
    expect(scheduleOf(postponed, NOW)).toMatchObject({ retryAt: NOW + 250_000 })
  })

  it.each([['text', 'soon'], ['null', null], ['NaN', NaN], ['Infinity', Infinity]])(
    'is without a pause that can not be read: %s',
    (_, retryAt) => {
      const broken = { ...session, tokenRefresh: { ...session.tokenRefresh, retryAt } }
      expect(scheduleOf(broken, NOW)).toEqual(scheduleOf(session, NOW))
    },
  )

  it.each([
    ['no session', null],
    ['a session still loading', undefined],
    ['a session that is over', { ...session, error: 'RefreshAccessTokenError' }],
    ['a session without an expiry', { ...session, accessTokenExpiry: undefined }],
    ['an expiry that is text', { ...session, accessTokenExpiry: '2099-01-01' }],
    ['an expiry of NaN', { ...session, accessTokenExpiry: NaN }],
    ['an endless expiry', { ...session, accessTokenExpiry: Infinity }],
    ['a list', [session]],
  ])('is none for %s', (_, value) => {
    expect(scheduleOf(value, NOW)).toBeUndefined()
  })

  it("stays where the session has an error of the app's", () => {
    expect(scheduleOf({ ...session, error: 'SomethingElse' }, NOW)).toEqual(scheduleOf(session, NOW))
  })

  it.each([
    ['says nothing of its window', undefined],
    ['says nothing that can be read', 'soon'],
    ['leaves out the opening', { serverTime: NOW, generation: 0 }],
    ['leaves out its clock', { opensAt: NOW + 200_000, generation: 0 }],
    ['gives an opening of NaN', { opensAt: NaN, serverTime: NOW, generation: 0 }],
    ['gives a clock of null', { opensAt: NOW, serverTime: null, generation: 0 }],
  ])("is the default window by this browser's clock where the server %s", (_, tokenRefresh) => {
    expect(scheduleOf({ ...session, tokenRefresh }, NOW)).toEqual({
      opensAt: NOW + 225_000,
      expiresAt: NOW + 300_000,
      serverTime: NOW,
    })
  })

  it('gives something a timer can hold for any session at all', () => {
    const anySession = fc.oneof(
      fc.anything(),
      fc.record(
        {
          accessTokenExpiry: fc.anything(),
          tokenRefresh: fc.oneof(
            fc.anything(),
            fc.record({ opensAt: fc.double(), serverTime: fc.double(), retryAt: fc.anything() }),
          ),
          error: fc.anything(),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        accessTokenExpiry: fc.double(),
        tokenRefresh: fc.record({ opensAt: fc.double(), serverTime: fc.double(), retryAt: fc.double() }),
      }),
    )
    fc.assert(
      fc.property(anySession, fc.integer({ min: 0, max: 4e12 }), (value, now) => {
        const schedule = scheduleOf(value, now)
        const seconds = schedule ? refetchInterval(schedule, 0, 0.5) : 0
        expect(seconds === 0 || (seconds >= 1 && seconds <= 2_147_483)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a server that says nothing of its window and renews nothing either', () => {
  it('is asked ever less often for a token that has long expired', () => {
    const plain = { expires: session.expires, accessTokenExpiry: NOW }
    let now = NOW + 3_600_000
    let polls = 0
    const until = now + 600_000
    for (let schedule = scheduleOf(plain, now); schedule && now < until; schedule = scheduleOf(plain, now)) {
      now += refetchInterval(schedule, 0, 0.5) * 1000
      polls += 1
    }
    // A poll a minute, and a few on the way there.
    expect(polls).toBeLessThanOrEqual(20)
  })
})
