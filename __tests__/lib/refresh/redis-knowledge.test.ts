import { parseSuccessor, parseTrouble } from '../../../lib/refresh/redis-knowledge'

const SUCCESSOR = {
  accessToken: 'an access token',
  accessTokenExpiry: 1_700_000_060_000,
  refreshToken: 'a refresh token',
  refreshTokenExpiry: 1_700_086_400_000,
  idToken: 'an ID token',
  obtainedAt: 1_700_000_000_000,
  generation: 3,
}
const REFUSED = { kind: 'refused', code: 'refused', generation: 0 }
const POSTPONED = { kind: 'postponed', code: 'unavailable', until: 1_700_000_000_000, failures: 2 }

/** Another process may run another version, and Redis may hold anything. */
const NONSENSE = [undefined, null, 0, 1, '', 'text', true, [], {}, [SUCCESSOR], [REFUSED]]

describe('a successor', () => {
  it('is read back as it was', () => {
    expect(parseSuccessor(SUCCESSOR)).toEqual(SUCCESSOR)
    const { refreshToken: _, refreshTokenExpiry: __, idToken: ___, ...least } = SUCCESSOR
    expect(parseSuccessor(least)).toEqual(least)
  })

  it('is read without what does not belong to it', () => {
    expect(parseSuccessor({ ...SUCCESSOR, admin: true, refreshToken: 7, refreshTokenExpiry: 'soon', idToken: {} })).toEqual({
      accessToken: SUCCESSOR.accessToken,
      accessTokenExpiry: SUCCESSOR.accessTokenExpiry,
      obtainedAt: SUCCESSOR.obtainedAt,
      generation: 3,
    })
  })

  it.each([
    ...NONSENSE,
    { ...SUCCESSOR, accessToken: '' },
    { ...SUCCESSOR, accessToken: 7 },
    { ...SUCCESSOR, accessTokenExpiry: '1700000060000' },
    { ...SUCCESSOR, accessTokenExpiry: NaN },
    { ...SUCCESSOR, obtainedAt: null },
    { ...SUCCESSOR, generation: -1 },
    { ...SUCCESSOR, generation: 1.5 },
    { ...SUCCESSOR, generation: Infinity },
  ])('is none: %j', (value) => {
    expect(parseSuccessor(value)).toBeUndefined()
  })
})

describe('a trouble', () => {
  it.each([REFUSED, POSTPONED])('is read back as it was: %j', (trouble) => {
    expect(parseTrouble({ ...trouble, more: 1 })).toEqual(trouble)
  })

  it.each([
    ...NONSENSE,
    { ...REFUSED, kind: 'forgiven' },
    { ...REFUSED, code: 'toString' },
    { ...REFUSED, code: undefined },
    { ...REFUSED, generation: '0' },
    { ...POSTPONED, until: null },
    { ...POSTPONED, until: Infinity },
    { ...POSTPONED, failures: -1 },
  ])('is none: %j', (value) => {
    expect(parseTrouble(value)).toBeUndefined()
  })
})
