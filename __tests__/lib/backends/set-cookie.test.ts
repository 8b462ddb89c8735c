import fc from 'fast-check'
import { SignJWT } from 'jose'
import { tokensInCookies } from '../../../lib/backends/set-cookie'
import { parseTokenResponse } from '../../../lib/token-set'

const NOW = Date.parse('2030-01-01T00:00:00Z')
const NAMES = { accessCookie: 'access_token', refreshCookie: 'refresh_token' }
const LATER = 'Tue, 01 Jan 2030 01:00:00 GMT'
const EARLIER = 'Mon, 31 Dec 2029 23:59:59 GMT'

const tokensIn = (...headers: string[]) => tokensInCookies(headers, NAMES, NOW) as Record<string, unknown> | undefined
/** The token set that comes of it; without a stated expiry, a lifetime of 7 s is assumed. */
const tokenSetIn = (...headers: string[]) => parseTokenResponse(tokensIn(...headers), { now: NOW, assumedLifetime: 7 })
const jwt = (exp: number) =>
  new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(exp).sign(new TextEncoder().encode('any'))

it.each([
  ['in either order', ['refresh_token=R; Max-Age=600', 'access_token=A; Max-Age=60']],
  ['among others', ['lang=en', 'access_token=A; Max-Age=60', 'x=y; Path=/', 'refresh_token=R; Max-Age=600']],
  ['folded into one header', [`lang=en; Expires=${LATER}, access_token=A; Expires=${LATER}; Max-Age=60, refresh_token=R; Max-Age=600`]],
  ['with every attribute there is', [
    `access_token=A; Domain=.example.com; Path=/; Expires=${LATER}; Max-Age=60; HttpOnly; Secure; SameSite=None; Partitioned; Priority=High`,
    'refresh_token=R;path=/auth;max-age=600;httponly;secure;samesite=strict;x-unknown="a;b"',
  ]],
  ['with white space about', ['  access_token = A ;  MAX-AGE = 60 ', 'refresh_token=R ; Max-Age= 600']],
])('finds the tokens %s', (_, headers) => {
  expect(tokenSetIn(...headers)).toEqual({
    accessToken: 'A',
    accessTokenExpiry: NOW + 60_000,
    refreshToken: 'R',
    refreshTokenExpiry: NOW + 600_000,
  })
})

describe('the expiry', () => {
  it.each([
    ['Max-Age before Expires', `Max-Age=60; Expires=${LATER}`, 60_000],
    ['Max-Age before Expires, even one in the past', `Expires=${EARLIER}; Max-Age=60`, 60_000],
    ['Expires', `Expires=${LATER}`, 3_600_000],
    ['Expires where Max-Age can’t be read', `Max-Age=soon; Expires=${LATER}`, 3_600_000],
    ['Max-Age where Expires can’t be read', 'Expires=soon; Max-Age=60', 60_000],
    ['no more than 400 days, like a browser', 'Max-Age=99999999999999999999', 400 * 86_400_000],
    ['the assumed lifetime at last', 'Path=/', 7_000],
  ])('is taken from %s', (_, attributes, after) => {
    const { accessTokenExpiry, refreshTokenExpiry } = tokenSetIn(`access_token=A; ${attributes}`, `refresh_token=R; ${attributes}`)
    expect(accessTokenExpiry).toBe(NOW + after)
    expect(refreshTokenExpiry).toBe(attributes === 'Path=/' ? undefined : NOW + after)
  })

  it.each([
    ['as it is', (token: string) => token],
    ['in quotes', (token: string) => `"${token}"`],
    ['encoded', (token: string) => token.replaceAll('.', '%2E')],
  ])('is the token’s own where the cookie has none: %s', async (_, write) => {
    const value = write(await jwt(NOW / 1000 + 300))
    expect(tokenSetIn(`access_token=${value}; HttpOnly`)).toEqual({ accessToken: value, accessTokenExpiry: NOW + 300_000 })
  })

  it('is the cookie’s where both have one', async () => {
    expect(tokenSetIn(`access_token=${await jwt(NOW / 1000 + 300)}; Max-Age=60`).accessTokenExpiry).toBe(NOW + 60_000)
  })
})

it.each(['a+b/c==', 'a=b', 's%3Atoken.sig%2Bnature', '"quoted"', '%', '%E0%A4%A', 'j%3A%7B%22a%22%3A1%7D'])('keeps the value %s as it is written', (value) => {
  expect(tokensIn(`access_token=${value}`, `refresh_token=${value}`)).toMatchObject({ accessToken: value, refreshToken: value })
})

describe('a deleted cookie', () => {
  it.each(['=', '=""', '=x; Max-Age=0', '=x; Max-Age=-1', `=x; Expires=${EARLIER}`, '=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
    'counts as absent: %s',
    (deleted) => {
      expect(tokensIn(`access_token${deleted}`, 'refresh_token=R')).toBeUndefined()
      expect(tokensIn('access_token=A', `refresh_token${deleted}`)).toMatchObject({ accessToken: 'A', refreshToken: undefined })
    },
  )

  it.each([
    ['is replaced by a later one', ['access_token=; Max-Age=0', 'access_token=A'], 'A'],
    ['replaces an earlier one', ['access_token=A', 'access_token=; Max-Age=0'], undefined],
    ['of another path replaces none', ['access_token=A; Path=/', 'access_token=; Path=/api; Max-Age=0'], 'A'],
    ['of another domain replaces none', ['access_token=A; Domain=a.test', 'access_token=; Max-Age=0'], 'A'],
  ])('%s', (_, headers, token) => {
    expect(tokensIn(...headers)?.['accessToken']).toBe(token)
  })
})

it('takes the last of several of one name', () => {
  expect(tokensIn('access_token=1', 'refresh_token=1', 'access_token=2', 'refresh_token=2')).toMatchObject({ accessToken: '2', refreshToken: '2' })
})

it('minds the case of names, which are not those of attributes', () => {
  expect(tokensIn('Access_Token=A')).toBeUndefined()
  expect(tokensIn('xaccess_token=A')).toBeUndefined()
  expect(tokensIn('x=access_token=A')).toBeUndefined()
})

it('makes something or nothing of any header, and writes nothing about it', () => {
  const written = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn')]
  const piece = fc.constantFrom('access_token', 'refresh_token', '=', ';', ',', ' ', '"', '%', 'Max-Age', 'Expires', '__proto__', '1', 'é')
  const header = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join('')))
  fc.assert(
    fc.property(fc.array(header), (headers) => {
      const { accessToken = '', refreshToken = '' } = (tokensIn(...headers) ?? {}) as Record<string, string | undefined>
      expect(headers.some((text) => text.includes(accessToken))).toBe(headers.length > 0)
      expect(headers.some((text) => text.includes(refreshToken))).toBe(headers.length > 0)
    }),
    { numRuns: 1_000 },
  )
  for (const spy of written) expect(spy).not.toHaveBeenCalled()
})
