import fc from 'fast-check'
import { createTokenBackend } from '../../../lib/testing'
import { ADA, backendAt, failureIn, GRACE, me, post, refresh, signIn, tokensIn } from './client'

const { backend } = backendAt()
beforeEach(() => backend.reset())

describe('login', () => {
  it('gives a token set and the user, without the password', async () => {
    const tokens = await signIn(backend)
    expect(tokens).toEqual({
      accessToken: expect.any(String),
      accessTokenExpiry: expect.any(Number),
      refreshToken: expect.any(String),
      refreshTokenExpiry: expect.any(Number),
      user: { id: '1', email: 'ada@example.com', name: 'Ada Lovelace', roles: ['admin'] },
    })
    expect((await signIn(backend, GRACE)).user).toEqual({
      id: '2',
      email: 'grace@example.com',
      name: 'Grace Hopper',
      roles: ['user'],
    })
  })

  it('forbids caches to keep it', async () => {
    const { headers } = await post(backend, 'auth/login', ADA)
    expect(headers).toEqual({ 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
  })

  it.each([
    ['a wrong password', { ...ADA, password: 'wrong' }],
    ["another user's password", { ...ADA, password: GRACE.password }],
    ['an unknown email', { ...ADA, email: 'eve@example.com' }],
  ])('refuses %s', async (_what, credentials) => {
    expect(failureIn(await post(backend, 'auth/login', credentials))).toEqual({
      status: 401,
      error: 'invalid_credentials',
      message: 'The email or the password is wrong',
    })
  })
})

describe('input', () => {
  const login = JSON.stringify(ADA)
  const padded = Buffer.from(`xx${login}`)

  it.each([
    ['an object', ADA],
    ['a string', login],
    ['a buffer', Buffer.from(login)],
    ['a view into a larger buffer', new Uint8Array(padded.buffer, padded.byteOffset + 2, padded.length - 2)],
  ])('is taken from %s', async (_kind, body) => {
    expect((await post(backend, 'auth/login', body)).status).toBe(200)
  })

  it.each([
    ['auth/login', { password: 'x' }, 'The field "email" must be a non-empty string'],
    ['auth/login', { email: 'x' }, 'The field "password" must be a non-empty string'],
    ['auth/refreshToken', {}, 'The field "token" must be a non-empty string'],
    ['auth/refreshToken', { token: 7 }, 'The field "token" must be a non-empty string'],
    ['auth/logout', { token: '' }, 'The field "token" must be a non-empty string'],
    ['auth/login', undefined, 'The body must be a JSON object with "email" and "password"'],
    ['auth/login', '{"email":', 'The body must be a JSON object with "email" and "password"'],
    ['auth/refreshToken', null, 'The body must be a JSON object with "token"'],
    ['auth/refreshToken', [], 'The body must be a JSON object with "token"'],
    ['auth/logout', '"token"', 'The body must be a JSON object with "token"'],
    ['auth/logout', Buffer.from([0xff]), 'The body must be a JSON object with "token"'],
  ])('of the wrong shape gets 400 from %s: %j', async (path, body, message) => {
    expect(failureIn(await post(backend, path, body))).toEqual({ status: 400, error: 'invalid_request', message })
  })

  it('that throws when it is read gets 400', async () => {
    const body = {
      get token() {
        throw new Error('trap')
      },
    }
    expect((await post(backend, 'auth/refreshToken', body)).status).toBe(400)
  })
})

describe('routing', () => {
  it.each([
    '/auth/login',
    'auth/login',
    '/api/backend/auth/login',
    '/auth/login/',
    '/auth/login?next=/users/me#top',
    'https://api.example.com/v1/auth/login?a=b',
  ])('finds login at %s', async (url) => {
    expect((await backend.handle({ method: 'POST', url, body: ADA })).status).toBe(200)
  })

  it.each([
    '',
    '/',
    '/auth',
    '/xauth/login',
    '/auth/login/x',
    '/auth/login//',
    'https://auth/login',
    '/x?y=/auth/login',
    '/x#/auth/login',
  ])('finds nothing at %j', async (url) => {
    const response = await backend.handle({ method: 'POST', url, body: ADA })
    expect(failureIn(response)).toMatchObject({ status: 404, error: 'not_found' })
  })

  it.each([
    ['GET', 'auth/login', 'POST'],
    ['PUT', 'auth/refreshToken', 'POST'],
    ['DELETE', 'auth/logout', 'POST'],
    ['POST', 'users/me', 'GET'],
  ])('allows no %s at %s', async (method, url, allowed) => {
    const response = await backend.handle({ method, url })
    expect(failureIn(response)).toMatchObject({ status: 405, error: 'method_not_allowed' })
    expect(response.headers.Allow).toBe(allowed)
  })

  it('takes a method in lower case', async () => {
    expect((await backend.handle({ method: 'post', url: 'auth/login', body: ADA })).status).toBe(200)
  })
})

describe('logout', () => {
  it('ends the family and says no more than 204', async () => {
    const first = await signIn(backend)
    const second = tokensIn(await refresh(backend, first.refreshToken))
    const response = await post(backend, 'auth/logout', { token: first.refreshToken })
    expect(response).toEqual({ status: 204, headers: { 'Cache-Control': 'no-store' }, body: '' })
    expect(failureIn(await refresh(backend, second.refreshToken))).toMatchObject({
      status: 401,
      error: 'invalid_grant',
      message: 'The refresh token has been revoked',
    })
  })

  it('is the same for an ended family and for an unknown token', async () => {
    const { refreshToken } = await signIn(backend)
    for (const token of [refreshToken, refreshToken, 'unknown']) {
      expect((await post(backend, 'auth/logout', { token })).status).toBe(204)
    }
  })

  it("leaves the user's other families alone", async () => {
    const [here, there] = [await signIn(backend), await signIn(backend)]
    await post(backend, 'auth/logout', { token: here.refreshToken })
    expect((await refresh(backend, there.refreshToken)).status).toBe(200)
  })
})

describe('revoke', () => {
  it('ends all families of one user, but not the access tokens', async () => {
    const ada = [await signIn(backend), await signIn(backend)]
    const grace = await signIn(backend, GRACE)
    backend.revoke('1')
    for (const { accessToken, refreshToken } of ada) {
      expect(failureIn(await refresh(backend, refreshToken)).message).toBe('The refresh token has been revoked')
      expect((await me(backend, accessToken)).status).toBe(200)
    }
    expect((await refresh(backend, grace.refreshToken)).status).toBe(200)
  })

  it("ends everyone's families when no user is given", async () => {
    const all = [await signIn(backend), await signIn(backend, GRACE)]
    backend.revoke()
    for (const { refreshToken } of all) expect((await refresh(backend, refreshToken)).status).toBe(401)
  })
})

describe('counters', () => {
  it('count requests that arrive, and what came of them', async () => {
    const first = await signIn(backend)
    await post(backend, 'auth/login', { ...ADA, password: 'wrong' })
    await refresh(backend, first.refreshToken)
    await refresh(backend, 'unknown')
    await refresh(backend, first.refreshToken)
    await post(backend, 'auth/refreshToken', {})
    await post(backend, 'auth/logout', { token: first.refreshToken })
    await me(backend, first.accessToken)
    await me(backend, 'invalid')
    await backend.handle({ method: 'GET', url: 'auth/login' })
    expect(backend.counters).toEqual({
      logins: 2,
      refreshes: 4,
      logouts: 1,
      profiles: 2,
      renewed: 1,
      repeated: 0,
      refused: 2,
      reuses: 1,
      unauthorized: 1,
    })
  })

  it('are a new object at each reading', async () => {
    const before = backend.counters
    before.logins = 100
    await signIn(backend)
    expect(backend.counters.logins).toBe(1)
    expect(before.logins).toBe(100)
  })
})

describe('presentations', () => {
  it('tell how often a refresh token was presented, and the most that any was', async () => {
    expect(backend.presentations()).toBe(0)
    const first = await signIn(backend)
    const other = await signIn(backend, GRACE)
    for (let times = 0; times < 3; times++) await refresh(backend, first.refreshToken)
    await refresh(backend, other.refreshToken)
    await refresh(backend, 'unknown')
    await post(backend, 'auth/logout', { token: other.refreshToken })
    expect(backend.presentations(first.refreshToken)).toBe(3)
    expect(backend.presentations(other.refreshToken)).toBe(1)
    expect(backend.presentations('unknown')).toBe(0)
    expect(backend.presentations()).toBe(3)
  })
})

describe('reset', () => {
  it('forgets tokens, faults and counts', async () => {
    const { refreshToken } = await signIn(backend)
    await refresh(backend, refreshToken)
    backend.inject({ kind: 'unavailable', path: 'login' })
    backend.reset()
    expect(new Set(Object.values(backend.counters))).toEqual(new Set([0]))
    expect(backend.presentations()).toBe(0)
    expect(failureIn(await refresh(backend, refreshToken)).message).toBe('The refresh token is unknown')
    expect((await post(backend, 'auth/login', ADA)).status).toBe(200)
  })
})

it('gives its functions to be taken apart', async () => {
  const { handle, revoke, inject, clearFaults, presentations, reset } = createTokenBackend()
  inject({ kind: 'unavailable', path: 'login' })
  clearFaults()
  expect((await handle({ method: 'POST', url: 'auth/login', body: ADA })).status).toBe(200)
  revoke()
  reset()
  expect(presentations()).toBe(0)
})

it('shares nothing with another backend', async () => {
  const [one, other] = [createTokenBackend(), createTokenBackend()]
  const { accessToken, refreshToken } = await signIn(one)
  expect((await refresh(other, refreshToken)).status).toBe(401)
  expect((await me(other, accessToken)).status).toBe(401)
  expect(other.counters.logins).toBe(0)
})

describe('any request', () => {
  const path = fc.constantFrom('/auth/login', '/auth/refreshToken', '/auth/logout', '/users/me')
  const field = fc.oneof(fc.constantFrom(...Object.values(ADA)), fc.string(), fc.jsonValue())
  const fields = fc.record({ email: field, password: field, token: field }, { requiredKeys: [] })
  const header = fc.oneof(fc.string(), fc.string().map((text) => `Bearer ${text}`))
  const request = fc.record(
    {
      method: fc.oneof(fc.constantFrom('GET', 'POST'), fc.string()),
      url: fc.oneof(path, fc.tuple(fc.webUrl(), path).map((parts) => parts.join('')), fc.webUrl(), fc.string()),
      headers: fc.dictionary(
        fc.oneof(fc.constantFrom('Authorization', 'authorization'), fc.string()),
        fc.oneof(header, fc.array(header), fc.constant(undefined)),
      ),
      body: fc.oneof(fields, fields.map((value) => JSON.stringify(value)), fc.anything(), fc.uint8Array()),
    },
    { requiredKeys: ['method', 'url'] },
  )

  it('gets a well-formed response', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(request, async (any) => {
        const { status, headers, body } = await backend.handle(any)
        seen.add(status)
        expect([200, 204, 400, 401, 404, 405]).toContain(status)
        expect(headers['Cache-Control']).toBe('no-store')
        if (status === 204) return expect(body).toBe('')
        expect(headers['Content-Type']).toMatch(/^application\/json/)
        if (status >= 400) {
          expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) })
        }
      }),
      { numRuns: 2000 },
    )
    expect(seen).toEqual(new Set([...seen, 400, 401, 404, 405]))
  })

  it('that fails is told nothing of the token it carried', async () => {
    const secret = fc.string({ unit: fc.constantFrom(...'ABCDEF0123456789-_.'), minLength: 8, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(secret, path, async (token, url) => {
        const headers = { authorization: `Bearer ${token}` }
        const method = url === '/users/me' ? 'GET' : 'POST'
        const answers = [
          await backend.handle({ method, url, headers, body: { token, email: token, password: token } }),
          await backend.handle({ method, url, headers, body: `{ token: ${token}` }),
          await backend.handle({ method: token, url, headers }),
          await backend.handle({ method, url: `/${token}`, headers }),
        ]
        expect(JSON.stringify(answers)).not.toContain(token)
      }),
    )
  })
})
