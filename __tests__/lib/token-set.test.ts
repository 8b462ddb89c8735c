import fc from 'fast-check'
import { SignJWT } from 'jose'
import { isRefreshError } from '../../lib/errors'
import { jwtTimes, parseTokenResponse, type ParseOptions } from '../../lib/token-set'

/** An instant that is no whole second, so that rounding shows. */
const NOW = 1_700_000_000_250
const NOW_S = 1_700_000_000
/** Half an hour later, on a whole second. */
const LATER = 1_700_001_800_000

const KEY = new TextEncoder().encode('a key of enough bytes for HS256 to take')

function jwt(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ sub: 'ada', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(KEY)
}

function parse(input: unknown, options: Partial<ParseOptions> = {}) {
  return parseTokenResponse(input, { now: NOW, ...options })
}

/** The error that this response makes. */
function errorOf(input: unknown, options: Partial<ParseOptions> = {}): Error {
  try {
    parse(input, options)
  } catch (error) {
    if (isRefreshError(error) && error.code === 'invalid_response') return error
    throw error
  }
  throw new Error('the response was taken')
}

describe('the tokens', () => {
  it.each([
    ['camel case', { accessToken: 'a', refreshToken: 'r' }],
    ['snake case (RFC 6749)', { access_token: 'a', refresh_token: 'r' }],
    ['a mix of them', { access_token: 'a', refreshToken: 'r' }],
    ['more than anyone asked for', { accessToken: 'a', refreshToken: 'r', id_token: 'i', token_type: 'Bearer', scope: '' }],
    ['null where the other spelling is meant', { accessToken: null, access_token: 'a', refreshToken: null, refresh_token: 'r' }],
  ])('are found in %s', (_, tokens) => {
    expect(parse({ ...tokens, expiresIn: 60 })).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      accessTokenExpiry: NOW + 60_000,
    })
  })

  it.each([
    ['it is absent', {}],
    ['it is null', { refresh_token: null }],
    ['it is empty', { refreshToken: '' }],
  ])('do without a refresh token where %s', (_, rest) => {
    expect(parse({ accessToken: 'a', expiresIn: 60, ...rest })).toEqual({ accessToken: 'a', accessTokenExpiry: NOW + 60_000 })
  })
})

describe('the expiry of the access token', () => {
  it.each([
    ['accessTokenExpiry in epoch milliseconds', { accessTokenExpiry: LATER }],
    ['accessTokenExpiry in epoch seconds', { accessTokenExpiry: LATER / 1000 }],
    ['accessTokenExpiry as a Date', { accessTokenExpiry: new Date(LATER) }],
    ['accessTokenExpiry in ISO 8601', { accessTokenExpiry: '2023-11-14T22:43:20.000Z' }],
    ['accessTokenExpiry in ISO 8601 with an offset', { accessTokenExpiry: '2023-11-15T00:43:20+02:00' }],
    ['accessTokenExpiry in milliseconds as text', { accessTokenExpiry: String(LATER) }],
    ['accessTokenExpiry in seconds as text', { accessTokenExpiry: String(LATER / 1000) }],
    ['expires_at in epoch milliseconds', { expires_at: LATER }],
    ['expires_at in epoch seconds', { expires_at: LATER / 1000 }],
    ['expires_at as a Date', { expires_at: new Date(LATER) }],
    ['expires_at in ISO 8601', { expires_at: '2023-11-14T22:43:20Z' }],
    ['expires_at in seconds as text', { expires_at: String(LATER / 1000) }],
    ['expiresIn in seconds', { expiresIn: 1799.75 }],
    ['expiresIn as text', { expiresIn: '1799.75' }],
    ['expires_in in seconds', { expires_in: 1799.75 }],
    ['expires_in as text with spaces', { expires_in: ' 1799.75 ' }],
    ['the second of two, the first being null', { accessTokenExpiry: null, expires_in: 1799.75 }],
    ['the second of two, the first being 0', { expires_at: 0, expires_in: 1799.75 }],
    ['the second of two, the first being unreadable', { expires_at: 'soon', expires_in: 1799.75 }],
    ['the one that lies ahead', { expires_at: NOW_S - 60, expires_in: 1799.75 }],
    ['the instant rather than the lifetime', { expires_at: LATER, expires_in: 3600 }],
  ])('is read from %s', (_, expiry) => {
    expect(parse({ accessToken: 'a', ...expiry })).toEqual({ accessToken: 'a', accessTokenExpiry: LATER })
  })

  it.each([
    ['the last number that is seconds', 99_999_999_999, 99_999_999_999_000],
    ['the first number that is milliseconds', 100_000_000_000, 100_000_000_000],
    ['the farthest instant there is', 8.64e15, 8.64e15],
    ['a fraction of a second', 1_700_001_800.5, 1_700_001_800_500],
    ['a fraction of a millisecond', 1_700_001_800_000.4, LATER],
  ])('tells seconds from milliseconds by their size: %s', (_, expires_at, instant) => {
    expect(parse({ accessToken: 'a', expires_at }).accessTokenExpiry).toBe(instant)
  })

  it('is the `exp` claim of the access token where nothing else says', async () => {
    const accessToken = await jwt({ exp: LATER / 1000 })
    expect(parse({ accessToken }).accessTokenExpiry).toBe(LATER)
    expect(parse({ access_token: accessToken, expires_in: null }).accessTokenExpiry).toBe(LATER)
  })

  it.each([
    ['expires_in', 0],
    ['expires_in', '0'],
    ['expiresIn', 0],
    ['expires_at', 0],
    ['accessTokenExpiry', 0],
    ['accessTokenExpiry', '0'],
  ])('counts as not stated where %s is %p', async (name, zero) => {
    const accessToken = await jwt({ exp: LATER / 1000 })
    expect(parse({ accessToken, [name]: zero }).accessTokenExpiry).toBe(LATER)
    expect(parse({ accessToken: 'opaque', [name]: zero }, { assumedLifetime: 300 }).accessTokenExpiry).toBe(NOW + 300_000)
    expect(errorOf({ accessToken: 'opaque', [name]: zero }).message).toMatch(/no `accessTokenExpiry`, .*`expires_in`/)
  })

  it('is what the answer states, whatever the `exp` claim says', async () => {
    const accessToken = await jwt({ exp: LATER / 1000 })
    expect(parse({ accessToken, expires_in: 60 }).accessTokenExpiry).toBe(NOW + 60_000)
    expect(parse({ accessToken, expires_at: LATER / 1000 + 60 }).accessTokenExpiry).toBe(LATER + 60_000)
  })

  it('is assumed for a renewed token that does not say, rather than losing it', () => {
    expect(parse({ accessToken: 'a' }, { assumedLifetime: 300 }).accessTokenExpiry).toBe(NOW + 300_000)
    expect(parse({ accessToken: 'a', expires_at: 'soon' }, { assumedLifetime: 300 }).accessTokenExpiry).toBe(NOW + 300_000)
  })
})

describe("a backend whose clock disagrees with this server's", () => {
  const behind = NOW_S - 7200

  it('is taken at its word for how long the token lives, by `iat` and `exp`', async () => {
    const accessToken = await jwt({ iat: behind, exp: behind + 900 })
    expect(parse({ accessToken }).accessTokenExpiry).toBe(NOW + 900_000)
    expect(parse({ accessToken, expires_at: behind + 900 }).accessTokenExpiry).toBe(NOW + 900_000)
  })

  it('needs no correction while the expiry lies ahead', async () => {
    const accessToken = await jwt({ iat: NOW_S - 10, exp: NOW_S + 890 })
    expect(parse({ accessToken }).accessTokenExpiry).toBe((NOW_S + 890) * 1000)
  })

  it('is corrected from the very instant of expiry on', async () => {
    const accessToken = await jwt({ iat: NOW_S - 900, exp: NOW_S })
    expect(parse({ accessToken }, { now: NOW_S * 1000 - 1 }).accessTokenExpiry).toBe(NOW_S * 1000)
    expect(parse({ accessToken }, { now: NOW_S * 1000 }).accessTokenExpiry).toBe((NOW_S + 900) * 1000)
  })

  it('can not be corrected without `iat`: the token has expired', async () => {
    expect(parse({ accessToken: await jwt({ exp: behind }) }).accessTokenExpiry).toBe(behind * 1000)
    expect(parse({ accessToken: 'opaque', expires_at: behind }).accessTokenExpiry).toBe(behind * 1000)
  })

  it('has no influence on a lifetime in seconds', async () => {
    const accessToken = await jwt({ iat: behind, exp: behind + 900 })
    expect(parse({ accessToken, expires_in: 600 }).accessTokenExpiry).toBe(NOW + 600_000)
  })
})

describe('the refresh token', () => {
  const previous = { refreshToken: 'old', refreshTokenExpiry: LATER }
  const renewed = { accessToken: 'a', expiresIn: 60 }

  it.each([
    ['says nothing of it', {}],
    ['says null', { refreshToken: null }],
    ['says nothing with an empty text', { refresh_token: '' }],
    ['repeats it', { refreshToken: 'old' }],
  ])('stays, and its expiry, where the answer %s', (_, rest) => {
    expect(parse({ ...renewed, ...rest }, { previous })).toMatchObject(previous)
  })

  it('stays with a new expiry', () => {
    expect(parse({ ...renewed, refresh_expires_in: 60 }, { previous })).toMatchObject({
      refreshToken: 'old',
      refreshTokenExpiry: NOW + 60_000,
    })
  })

  it('gives way to a new one, and its expiry does too', () => {
    expect(parse({ ...renewed, refreshToken: 'new' }, { previous })).toEqual({
      accessToken: 'a',
      accessTokenExpiry: NOW + 60_000,
      refreshToken: 'new',
    })
  })

  it.each([
    ['refreshTokenExpiry in epoch milliseconds', { refreshTokenExpiry: LATER }],
    ['refreshTokenExpiry in epoch seconds', { refreshTokenExpiry: LATER / 1000 }],
    ['refreshTokenExpiry as a Date', { refreshTokenExpiry: new Date(LATER) }],
    ['refreshTokenExpiry in ISO 8601', { refreshTokenExpiry: '2023-11-14T22:43:20.000Z' }],
    ['refresh_expires_in in seconds', { refresh_expires_in: 1799.75 }],
    ['refresh_expires_in as text', { refresh_expires_in: '1799.75' }],
    ['refresh_token_expires_in in seconds', { refresh_token_expires_in: 1799.75 }],
    ['refresh_token_expires_in as text', { refresh_token_expires_in: '1799.75' }],
    ['refreshTokenExpiresIn in seconds', { refreshTokenExpiresIn: 1799.75 }],
  ])('has its expiry read from %s', (_, expiry) => {
    expect(parse({ ...renewed, refreshToken: 'r', ...expiry }).refreshTokenExpiry).toBe(LATER)
  })

  it.each([
    ['0, as for the offline tokens of Keycloak', { refresh_expires_in: 0 }],
    ['0 as text', { refresh_expires_in: '0' }],
    ['an instant of 0', { refreshTokenExpiry: 0 }],
    ['null', { refreshTokenExpiry: null }],
    ['something unreadable', { refreshTokenExpiry: 'never' }],
    ['past, since the clocks disagree', { refreshTokenExpiry: NOW }],
  ])('lives on and on where its expiry is %s', (_, expiry) => {
    expect(parse({ ...renewed, refreshToken: 'r', ...expiry })).toEqual({
      accessToken: 'a',
      accessTokenExpiry: NOW + 60_000,
      refreshToken: 'r',
    })
  })
})

describe('a response that can not be used', () => {
  it.each([
    ['nothing', undefined, /not a JSON object/],
    ['null', null, /not a JSON object/],
    ['text', 'access_token=a', /not a JSON object/],
    ['a list', [{ accessToken: 'a' }], /not a JSON object/],
    ['an empty object', {}, /`accessToken` \(or `access_token`\) is missing/],
    ['an empty access token', { accessToken: '' }, /`accessToken`.* is missing/],
    ['an access token of null', { access_token: null }, /`access_token`.* is missing/],
    ['an access token that is a number', { access_token: 5 }, /`access_token` is no string/],
    ['an access token that is an object', { accessToken: { value: 'a' } }, /`accessToken` is no string/],
    ['a refresh token that is a number', { accessToken: 'a', refresh_token: 5, expiresIn: 60 }, /`refresh_token` is no string/],
    ['no expiry', { accessToken: 'a' }, /no `accessTokenExpiry`, `expires_at`, `expiresIn` or `expires_in`, .* no `exp`/],
    ['an unreadable accessTokenExpiry', { accessToken: 'a', accessTokenExpiry: 'soon' }, /`accessTokenExpiry` is no /],
    ['an unreadable expires_at', { accessToken: 'a', expires_at: {} }, /`expires_at` is no /],
    ['an expires_at that is no date', { accessToken: 'a', expires_at: new Date(NaN) }, /`expires_at` is no /],
    ['an ISO date of no month', { accessToken: 'a', expires_at: '2023-13-14T22:43:20Z' }, /`expires_at` is no /],
    ['a negative expires_at', { accessToken: 'a', expires_at: -1 }, /`expires_at` is no /],
    ['an instant beyond all dates', { accessToken: 'a', expires_at: 8.64e15 + 2 }, /`expires_at` is no /],
    ['an unreadable expiresIn', { accessToken: 'a', expiresIn: '1h' }, /`expiresIn` is no /],
    ['an unreadable expires_in', { accessToken: 'a', expires_in: true }, /`expires_in` is no /],
    ['an empty expires_in', { accessToken: 'a', expires_in: '' }, /`expires_in` is no /],
    ['a negative expires_in', { accessToken: 'a', expires_in: -60 }, /`expires_in` is no /],
    ['an endless expires_in', { accessToken: 'a', expires_in: Infinity }, /`expires_in` is no /],
    ['an expires_in beyond all dates', { accessToken: 'a', expires_in: 1e300 }, /`expires_in` is no /],
  ])('says which field: %s', (_, input, message) => {
    expect(errorOf(input).message).toMatch(message)
  })

  it('is not saved by an `exp` claim that the stated expiry may contradict', async () => {
    const accessToken = await jwt({ exp: LATER / 1000 })
    expect(errorOf({ accessToken, expires_at: 'soon' }).message).toMatch(/`expires_at`/)
  })
})

describe('the claims of an access token', () => {
  it('are its expiry and lifetime in milliseconds', async () => {
    expect(jwtTimes(await jwt({ iat: NOW_S, exp: NOW_S + 900 }))).toEqual({
      expiry: (NOW_S + 900) * 1000,
      lifetime: 900_000,
    })
  })

  it('are its expiry alone where `iat` is missing or makes no sense', async () => {
    const exp = NOW_S + 900
    const alone = { expiry: exp * 1000 }
    expect(jwtTimes(await jwt({ exp }))).toEqual(alone)
    expect(jwtTimes(await jwt({ exp, iat: exp }))).toEqual(alone)
    expect(jwtTimes(await jwt({ exp, iat: exp + 60 }))).toEqual(alone)
  })

  it.each([['an opaque token', 'opaque'], ['nearly a JWT', 'a.b.c'], ['an empty text', '']])(
    'are unknown for %s',
    (_, token) => {
      expect(jwtTimes(token)).toBeUndefined()
    },
  )

  it('are unknown for a JWT that does not expire', async () => {
    expect(jwtTimes(await jwt({ iat: NOW_S }))).toBeUndefined()
  })
})

describe('properties of the parser', () => {
  const FIELDS = [
    'accessToken',
    'access_token',
    'refreshToken',
    'refresh_token',
    'accessTokenExpiry',
    'expires_at',
    'expiresIn',
    'expires_in',
    'refreshTokenExpiry',
    'refresh_expires_in',
    'refresh_token_expires_in',
    'refreshTokenExpiresIn',
  ]
  const anyClaim = fc.oneof(
    fc.integer({ min: 0, max: 4e9 }),
    fc.double({ min: -4e9, max: 4e9 }),
    fc.double({ min: 0, max: 4e12 }),
    fc.double(),
    fc.jsonValue(),
  )
  /** An access token with claims of any kind; nobody verifies the signature here. */
  const anyJwt = fc
    .record({ exp: anyClaim, iat: anyClaim }, { requiredKeys: [] })
    .map((claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`)
  const anyValue = fc.oneof(
    fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true }),
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.date({ noInvalidDate: false }),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    anyJwt,
  )
  const responseLike = fc.record(Object.fromEntries(FIELDS.map((name) => [name, anyValue])), { requiredKeys: [] })
  const withToken = fc
    .tuple(fc.oneof(fc.string({ minLength: 1 }), anyJwt), responseLike)
    .map(([accessToken, rest]) => ({ ...rest, accessToken }))
  const anyInput = fc.oneof(anyValue, fc.jsonValue(), responseLike, withToken)
  const anyOptions = fc.record(
    {
      now: fc.integer({ min: 0, max: 4e12 }),
      assumedLifetime: fc.integer({ min: 1, max: 86_400 }),
      previous: fc.record(
        { refreshToken: fc.string({ minLength: 1 }), refreshTokenExpiry: fc.integer({ min: 1, max: 4e12 }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['now'] },
  )

  it('gives a whole token set or an `invalid_response`, whatever comes in', () => {
    fc.assert(
      fc.property(anyInput, anyOptions, (input, options) => {
        let tokenSet
        try {
          tokenSet = parseTokenResponse(input, options)
        } catch (error) {
          expect(error).toMatchObject({ name: 'RefreshError', code: 'invalid_response' })
          return
        }
        const { accessToken, accessTokenExpiry, refreshToken, refreshTokenExpiry, ...rest } = tokenSet
        expect(accessToken).toEqual(expect.stringMatching(/^[^]+$/))
        expect(Number.isInteger(accessTokenExpiry)).toBe(true)
        expect(new Date(accessTokenExpiry).getTime()).toBe(accessTokenExpiry)
        if ('refreshToken' in tokenSet) expect(refreshToken).toEqual(expect.stringMatching(/^[^]+$/))
        if ('refreshTokenExpiry' in tokenSet) expect(Number.isInteger(refreshTokenExpiry)).toBe(true)
        expect(rest).toEqual({})
      }),
      { numRuns: 5_000 },
    )
  })

  it('reads an instant in whole milliseconds, within all dates, from any JWT', () => {
    const someClaim = fc.oneof(fc.integer({ min: 0, max: 1_700_000_000 }), fc.double({ min: 0, max: 4e9, noNaN: true }), fc.double())
    fc.assert(
      fc.property(someClaim, someClaim, (exp, iat) => {
        const accessToken = `e30.${Buffer.from(JSON.stringify({ exp, iat })).toString('base64url')}.x`
        const { accessTokenExpiry } = parse({ accessToken }, { assumedLifetime: 300 })
        expect(Number.isInteger(accessTokenExpiry)).toBe(true)
        expect(new Date(accessTokenExpiry).getTime()).toBe(accessTokenExpiry)
      }),
      { numRuns: 1_000 },
    )
  })

  it('never says a token, or any other value of the response', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789') })
    const broken = fc.constantFrom('accessToken', 'refresh_token', 'expires_at', 'expires_in', 'accessTokenExpiry')
    fc.assert(
      fc.property(secret, secret, broken, fc.constantFrom('text', 'object', 'list'), (access, refresh, field, kind) => {
        const value = { text: `${refresh}!`, object: { [access]: refresh }, list: [access, refresh] }[kind]
        const input = { accessToken: access, refresh_token: refresh, [field]: value }
        let said = ''
        try {
          parse(input)
        } catch (error) {
          const { message, cause, stack = '' } = error as Error
          said = `${message}${stack}${String(cause)}`
          expect(message).not.toBe('')
        }
        expect(said).not.toContain(access)
        expect(said).not.toContain(refresh)
      }),
    )
  })

  it('reads any instant back in each spelling of it', () => {
    // From 1973 on, before which a number can't be told to be milliseconds.
    fc.assert(
      fc.property(fc.integer({ min: 100_000_000, max: 90_000_000_000 }), (seconds) => {
        const instant = seconds * 1000
        const spellings = [instant, seconds, String(instant), String(seconds), new Date(instant), new Date(instant).toISOString()]
        for (const accessTokenExpiry of spellings) {
          expect(parse({ accessToken: 'a', accessTokenExpiry }).accessTokenExpiry).toBe(instant)
        }
      }),
    )
  })
})
