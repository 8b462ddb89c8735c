import fc from 'fast-check'
import type { NextAuthOptions } from 'next-auth'
import { memoryCoordinator, restBackend, withTokenRefresh } from '../../lib'

/** What a backend, or whatever stands in front of it, may say to a refresh. */
interface Said {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer>
}

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>

const RUNS = 10_000
const NO_BODY = [204, 205, 304]

const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, '', '0', 0, -1, '1e999', '3600', 3600, 1.9e9, 1.9e12, 8.64e15 + 1),
  fc.constantFrom('2035-01-01T00:00:00Z', '2035-13-45'),
  fc.jsonValue({ maxDepth: 2 }),
)
const fields = ['accessToken', 'access_token', 'refreshToken', 'refresh_token', 'expiresIn', 'expires_in', 'expires_at']
  .concat(['accessTokenExpiry', 'refreshTokenExpiry', 'refresh_expires_in', 'error', 'data', 'tokens', '__proto__'])
const nearlyTokens = fc
  .dictionary(fc.constantFrom(...fields), value)
  .chain((record) =>
    fc.constantFrom(record, { accessToken: 'a.b.c', ...record }, { data: record }, { tokens: record }, [record]),
  )
const json = fc.oneof({ arbitrary: nearlyTokens, weight: 3 }, fc.jsonValue()).map((any) => JSON.stringify(any))
const bytes = fc.uint8Array({ maxLength: 200 }).map((drawn) => new Uint8Array(drawn))
const text = fc.oneof(json, json, json, fc.string({ unit: 'binary' }), fc.constant('<!doctype html><title>No</title>'))
const damaged = fc.tuple(json, fc.nat(40)).map(([whole, cut]) => whole.slice(0, -cut || undefined))
const bomFirst = json.map((whole) => `\uFEFF${whole}`)

const said: fc.Arbitrary<Said> = fc.record({
  status: fc.oneof(
    { arbitrary: fc.constant(200), weight: 4 },
    fc.constantFrom(400, 401, 403, 429),
    fc.integer({ min: 200, max: 599 }),
  ),
  headers: fc.record(
    {
      'content-type': fc.constantFrom('application/json', 'text/json; charset=x', 'text/html', 'text/plain', ';'),
      'retry-after': fc.constantFrom('3', '0', '99999999999', '-1', 'Wed, 21 Oct 2099 07:28:00 GMT', 'soon'),
    },
    { requiredKeys: [] },
  ),
  body: fc.oneof({ arbitrary: text, weight: 4 }, bytes, damaged, bomFirst),
})

/** Law 4: an answer ends a session only in the backend's own words. */
function mayEnd({ status, headers, body }: Said): boolean {
  const parsed = parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
  const isRecord = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  if (isRecord && (parsed as Record<string, unknown>)['error'] === 'invalid_grant') return true
  if (status === 401) return !headers['content-type']?.includes('html')
  return (status === 400 || status === 403) && parsed !== undefined
}

function parse(body: string): unknown {
  try {
    // Reading a body as text drops the byte order mark.
    return JSON.parse(body.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

it('gives a token for any answer of the backend, and ends the session only in its own words', async () => {
  const realFetch = globalThis.fetch
  let answer: Said | undefined
  globalThis.fetch = async () => {
    if (!answer) throw new TypeError('fetch failed')
    const { status, headers, body } = answer
    return new Response(NO_BODY.includes(status) ? null : body, { status, headers })
  }
  const rest = restBackend({ baseURL: 'http://backend.test' })
  const logger = { error: () => {}, warn: () => {}, debug: () => {} }
  const { callbacks, jwt: codec } = withTokenRefresh(
    { providers: [], logger, jwt: { encode: async () => 'encoded' } },
    { refresh: rest.refresh, retries: 0, coordinator: memoryCoordinator({ scope: 'token responses' }) },
  )
  const jwt = callbacks?.jwt as Jwt
  let sessions = 0
  try {
    await fc.assert(
      fc.asyncProperty(fc.option(said, { nil: undefined, freq: 50 }), async (drawn) => {
        answer = drawn
        sessions += 1
        const refreshToken = `refresh token ${sessions}`
        const token = { sub: '1', accessToken: 'spent', accessTokenExpiry: Date.now() - 1, refreshToken }
        const given: unknown = await jwt({ token } as unknown as Parameters<Jwt>[0])
        expect(given).toBeInstanceOf(Object)
        const { accessToken, accessTokenExpiry, refreshToken: kept, error } = given as Record<string, unknown>
        expect(accessToken).toEqual(expect.any(String))
        expect(accessTokenExpiry).toEqual(expect.any(Number))
        expect(kept).toEqual(expect.any(String))
        if (error !== undefined && !(drawn && mayEnd(drawn))) throw new Error('the session ends without cause')
        expect(await callbacks?.session?.({ session: { expires: '' }, token: given } as never)).toBeInstanceOf(Object)
        expect(await codec?.encode?.({ token: given as never, secret: 'secret' })).toBe('encoded')
      }),
      { numRuns: RUNS },
    )
  } finally {
    globalThis.fetch = realFetch
  }
}, 120_000)
