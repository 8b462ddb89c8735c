import { inspect } from 'node:util'
import { AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios'
import fc from 'fast-check'
import { isRefreshError, RefreshError, type RefreshErrorCode } from '../../../lib/errors'
import { asRefreshError, failureOf, redact, type FailedAnswer } from '../../../lib/refresh/failure'

const NOW = Date.UTC(2023, 10, 14, 22, 13, 20)
const ACCESS = 'eyJhbGciOi.ACCESS-secret/1+2=.sig'
const REFRESH = 'REFRESH-secret/3+4='
const SECRETS = [ACCESS, REFRESH]

beforeEach(() => void jest.useFakeTimers({ now: NOW }))
afterEach(() => jest.useRealTimers())

const JSON_TYPE = 'application/json'
const HTML_TYPE = 'text/html; charset=utf-8'

/** Those of the words that whoever logs this error would see, hidden fields included. */
function seenIn(error: unknown, words: readonly string[] = ['ACCESS-secret', 'REFRESH-secret']): string[] {
  const text = inspect(error, { depth: null, showHidden: true })
  return words.filter((word) => text.includes(word))
}

describe('what a failed answer proves', () => {
  const json = (body: unknown) => ({ json: body, contentType: JSON_TYPE })

  it.each<[name: string, code: RefreshErrorCode, answer: FailedAnswer]>([
    ['400 invalid_grant', 'refused', { status: 400, ...json({ error: 'invalid_grant' }) }],
    ['401 invalid_grant', 'refused', { status: 401, ...json({ error: 'invalid_grant' }) }],
    ['403 invalid_grant', 'refused', { status: 403, ...json({ error: 'invalid_grant' }) }],
    ['200 invalid_grant', 'refused', { status: 200, ...json({ error: 'invalid_grant' }) }],
    ['401 in JSON', 'refused', { status: 401, ...json({ message: 'Unauthorized' }) }],
    ['401 with no body', 'refused', { status: 401 }],
    ['401 in plain text', 'refused', { status: 401, contentType: 'text/plain' }],
    ['400 in JSON', 'refused', { status: 400, ...json({ message: 'Invalid refresh token' }) }],
    ['403 in JSON', 'refused', { status: 403, ...json({ statusCode: 403 }) }],
    ['403 as problem details', 'refused', { status: 403, json: { title: 'No' }, contentType: 'application/problem+json' }],

    ['401 in HTML', 'unavailable', { status: 401, contentType: HTML_TYPE }],
    ['401 in HTML, in capitals', 'unavailable', { status: 401, contentType: 'TEXT/HTML' }],
    ['401 in XHTML', 'unavailable', { status: 401, contentType: 'application/xhtml+xml' }],
    ['400 in HTML', 'unavailable', { status: 400, contentType: HTML_TYPE }],
    ['403 in HTML, as from a firewall', 'unavailable', { status: 403, contentType: HTML_TYPE }],
    ['400 in plain text', 'unavailable', { status: 400, contentType: 'text/plain' }],
    ['400 with no body', 'unavailable', { status: 400 }],
    ['403 with no body', 'unavailable', { status: 403 }],
    ['408', 'unavailable', { status: 408 }],
    ['408 in JSON', 'unavailable', { status: 408, ...json({ message: 'Request Timeout' }) }],
    ['429', 'unavailable', { status: 429 }],
    ['429 in JSON', 'unavailable', { status: 429, ...json({ error: 'slow_down' }) }],
    ['500', 'unavailable', { status: 500 }],
    ['500 in JSON', 'unavailable', { status: 500, ...json({ error: 'server_error' }) }],
    ['502 in HTML', 'unavailable', { status: 502, contentType: HTML_TYPE }],
    ['503 in JSON', 'unavailable', { status: 503, ...json({ message: 'Unauthorized' }) }],
    ['504', 'unavailable', { status: 504 }],
    ['a redirect', 'unavailable', { status: 302, contentType: HTML_TYPE }],
    ['a redirect in JSON', 'unavailable', { status: 307, ...json({}) }],
    ['200 with some other error', 'unavailable', { status: 200, ...json({ error: 'temporarily_unavailable' }) }],
    ['409 in JSON', 'unavailable', { status: 409, ...json({ message: 'Conflict' }) }],
    ['422 in JSON', 'unavailable', { status: 422, ...json({ message: 'Unprocessable' }) }],

    ['400 invalid_client', 'configuration', { status: 400, ...json({ error: 'invalid_client' }) }],
    ['401 invalid_client', 'configuration', { status: 401, ...json({ error: 'invalid_client' }) }],
    ['403 unauthorized_client', 'configuration', { status: 403, ...json({ error: 'unauthorized_client' }) }],
    ['200 invalid_client', 'configuration', { status: 200, ...json({ error: 'invalid_client' }) }],
    ['404', 'configuration', { status: 404, contentType: HTML_TYPE }],
    ['404 in JSON', 'configuration', { status: 404, ...json({ message: 'Cannot POST /auth/refreshToken' }) }],
    ['405', 'configuration', { status: 405 }],
  ])('%s: %s', (_, code, answer) => {
    const error = failureOf(answer)
    expect(error).toBeInstanceOf(RefreshError)
    expect(error.code).toBe(code)
    expect(error.message).toContain(String(answer.status))
  })

  it("names the backend's reason where that is an OAuth error code", () => {
    expect(failureOf({ status: 400, json: { error: 'invalid_grant' } }).message).toContain('(invalid_grant)')
  })

  it.each([
    ['a sentence', { error: `The token ${REFRESH} was used before` }],
    ['the token', { error: REFRESH }],
    ['a message', { message: REFRESH, error_description: ACCESS }],
    ['an object', { error: { token: REFRESH } }],
    ['text alone', REFRESH],
  ])('does not repeat what else the backend says: %s', (_, body) => {
    expect(seenIn(failureOf({ status: 400, json: body }))).toEqual([])
  })

  it('never ends a session on anything else than 400, 401, 403 or an error of OAuth', () => {
    const body = fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.record({ message: fc.string(), error: fc.string() }))
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, fc.option(fc.string(), { nil: undefined }), (status, said, contentType) => {
        fc.pre(![400, 401, 403].includes(status))
        const { code } = failureOf({ status, json: said, contentType })
        expect(['unavailable', 'configuration']).toContain(code)
      }),
    )
  })
})

it.each([
  ['429 with seconds', { status: 429, retryAfter: '30' }, 30],
  ['503 with a date', { status: 503, retryAfter: 'Tue, 14 Nov 2023 22:14:20 GMT' }, 60],
  ['503 with garbage', { status: 503, retryAfter: 'soon' }, undefined],
  ['503 without one', { status: 503, retryAfter: null }, undefined],
])('tells the pause that a backend asks for: %s', (_, answer, seconds) => {
  expect(failureOf(answer)).toMatchObject({ code: 'unavailable', retryAfter: seconds })
})

describe('whatever a `refresh` rejects with', () => {
  /** An error of axios, with the request that it hangs on it. */
  function axiosError(response?: { status: number; data?: unknown; headers?: Record<string, string> }, message = 'Request failed') {
    const config: InternalAxiosRequestConfig = {
      url: `https://api.example/refresh?token=${REFRESH}`,
      data: JSON.stringify({ token: REFRESH }),
      headers: new AxiosHeaders({ authorization: `Bearer ${ACCESS}` }),
    }
    return new AxiosError(
      message,
      'ERR_BAD_RESPONSE',
      config,
      { path: REFRESH },
      response && {
        data: undefined,
        statusText: '',
        config,
        ...response,
        headers: new AxiosHeaders(response.headers),
      },
    )
  }

  it.each<[name: string, thrown: unknown, expected: { code: RefreshErrorCode; retryAfter?: number }]>([
    ['an axios error with 401', axiosError({ status: 401, data: { message: REFRESH } }), { code: 'refused' }],
    ['an axios error with 400 in JSON', axiosError({ status: 400, data: { error: 'invalid_grant' } }), { code: 'refused' }],
    ['an axios error with 400 in HTML', axiosError({ status: 400, data: '<html>' }), { code: 'unavailable' }],
    [
      'an axios error with 401 in HTML',
      axiosError({ status: 401, data: '<html>', headers: { 'content-type': HTML_TYPE } }),
      { code: 'unavailable' },
    ],
    [
      'an axios error with 503 and Retry-After',
      axiosError({ status: 503, data: '', headers: { 'retry-after': '7' } }),
      { code: 'unavailable', retryAfter: 7 },
    ],
    ['an axios error with invalid_client', axiosError({ status: 401, data: { error: 'invalid_client' } }), { code: 'configuration' }],
    ['an axios error without an answer', axiosError(undefined, `connect ECONNREFUSED ${REFRESH}`), { code: 'unavailable' }],
    [
      'an error of ky',
      Object.assign(new Error(`Request failed: POST /refresh?token=${REFRESH}`), {
        response: { status: 429, headers: new Headers({ 'retry-after': '9' }) },
        options: { json: { token: REFRESH } },
      }),
      { code: 'unavailable', retryAfter: 9 },
    ],
    ['a response without a status', Object.assign(new Error(REFRESH), { response: { token: REFRESH } }), { code: 'unavailable' }],
    ['a bare error', new Error(`no answer for ${ACCESS} and ${REFRESH}`), { code: 'unavailable' }],
    [
      'an error with causes',
      new TypeError('fetch failed', {
        cause: Object.assign(new Error(REFRESH, { cause: new Error(ACCESS) }), { code: 'ECONNRESET', token: REFRESH }),
      }),
      { code: 'unavailable' },
    ],
    ['many errors', new AggregateError([new Error(REFRESH)], `all failed: ${REFRESH}`), { code: 'unavailable' }],
    ['text', `no answer for ${REFRESH}`, { code: 'unavailable' }],
    ['an object', { token: REFRESH, message: `no ${REFRESH}` }, { code: 'unavailable' }],
    ['nothing', undefined, { code: 'unavailable' }],
    ['null', null, { code: 'unavailable' }],
    ['a symbol', Symbol('no'), { code: 'unavailable' }],
    ['a RefreshError with a token in its message', new RefreshError('refused', `no ${REFRESH}`), { code: 'refused' }],
    [
      'a RefreshError with a token in its message and a pause',
      new RefreshError('unavailable', `no ${ACCESS}`, { retryAfter: 5 }),
      { code: 'unavailable', retryAfter: 5 },
    ],
  ])('becomes a RefreshError with no token anywhere in it: %s', (_, thrown, expected) => {
    const error = asRefreshError(thrown, SECRETS)
    expect(isRefreshError(error)).toBe(true)
    expect(error).toMatchObject(expected)
    expect(error.message).not.toBe('')
    expect(seenIn(error)).toEqual([])
  })

  it('does not hold on to the request that failed, not even in its cause', () => {
    const thrown = axiosError()
    const error = asRefreshError(thrown, SECRETS)
    expect(error.cause).toBeInstanceOf(Error)
    expect(error.cause).not.toBe(thrown)
    expect(Object.keys(error.cause as Error)).not.toEqual(expect.arrayContaining(['config']))
    expect(seenIn(error, ['api.example'])).toEqual([])
  })

  it('still says what went wrong', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const error = asRefreshError(new TypeError('fetch failed', { cause: refused }), SECRETS)
    expect(error.message).toContain('fetch failed')
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'fetch failed (ECONNREFUSED)' })
    expect(asRefreshError(`no answer for ${REFRESH} yet`, SECRETS).message).toContain('no answer for [token] yet')
  })

  it('is passed on where it is a clean RefreshError already, also one of another bundle', () => {
    const own = new RefreshError('refused', 'The account is locked.')
    expect(asRefreshError(own, SECRETS)).toBe(own)
    const foreign = Object.assign(new Error('The account is locked.'), { name: 'RefreshError', code: 'refused' })
    expect(asRefreshError(foreign, SECRETS)).toMatchObject({ code: 'refused', message: 'The account is locked.' })
  })

  it('loses the request also where a RefreshError carries it as its cause', () => {
    const error = asRefreshError(new RefreshError('unavailable', 'No answer.', { cause: axiosError() }), SECRETS)
    expect(error.code).toBe('unavailable')
    expect(seenIn(error)).toEqual([])
  })

  it('shows no token that an address holds in its encoded form', () => {
    const thrown = new Error(`Request failed: POST https://api.example/refresh?token=${encodeURIComponent(REFRESH)}`)
    expect(asRefreshError(thrown, SECRETS).message).not.toContain('secret')
  })

  it('becomes a RefreshError, whatever it is', () => {
    const thrown = fc.anything({ withNullPrototype: true, withDate: true, withBigInt: true, withMap: true })
    const errorLike = fc.record(
      {
        name: fc.oneof(fc.constant('RefreshError'), fc.anything()),
        message: fc.anything(),
        code: fc.anything(),
        cause: fc.anything(),
        response: fc.oneof(fc.anything(), fc.record({ status: fc.nat(), data: fc.anything(), headers: fc.anything() })),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(thrown, errorLike), (rejection) => {
        expect(isRefreshError(asRefreshError(rejection, SECRETS))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('blanking out', () => {
  it('takes every place of every token', () => {
    expect(redact(`${ACCESS} ${REFRESH}, ${REFRESH}`, SECRETS)).toBe('[token] [token], [token]')
  })

  it('leaves the text alone where a token is empty', () => {
    expect(redact('no answer', [''])).toBe('no answer')
  })

  it('takes all of a token that begins with another', () => {
    expect(redact('no answer for abc.def', ['abc', 'abc.def'])).toBe('no answer for [token]')
  })
})

describe('a passing fault', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('is no refusal with status %d, whatever its body says', (status) => {
    expect(failureOf({ status, json: { error: 'invalid_grant' } }).code).toBe('unavailable')
    expect(failureOf({ status, json: { error: 'invalid_client' } }).code).toBe('unavailable')
  })

  it.each(['temporarily_unavailable', 'server_error', 'slow_down'])('is no refusal where it is called %s', (error) => {
    expect(failureOf({ status: 400, json: { error } }).code).toBe('unavailable')
  })
})
