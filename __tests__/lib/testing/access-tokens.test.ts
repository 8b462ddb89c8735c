import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { createTokenBackend } from '../../../lib/testing'
import { ADA, backendAt, failureIn, GRACE, me, post, refresh, signIn, START, tokensIn } from './client'

const key = (secret: string) => new TextEncoder().encode(secret)

describe('an access token', () => {
  it('is a JWT of the user and the family, with an id of its own', async () => {
    const { backend } = backendAt()
    const first = await signIn(backend)
    const second = tokensIn(await refresh(backend, first.refreshToken))
    const other = await signIn(backend)
    expect(decodeProtectedHeader(first.accessToken)).toEqual({ alg: 'HS256', typ: 'JWT' })
    const [one, two, three] = [first, second, other].map(({ accessToken }) => decodeJwt(accessToken))
    expect(one).toEqual({
      sub: '1',
      family: expect.any(String),
      jti: expect.any(String),
      iat: Math.floor(START / 1000),
      exp: Math.floor(START / 1000) + 60,
    })
    expect(two!.family).toBe(one!.family)
    expect(three!.family).not.toBe(one!.family)
    expect(new Set([one!.jti, two!.jti, three!.jti]).size).toBe(3)
  })

  it.each([
    [1_700_000_000_000, 60],
    [1_700_000_000_001, 60],
    [1_700_000_000_999, 60],
    [1_700_000_000_999, 1.5],
  ])('issued at %d for %d s expires when the answer says, up to a second early', async (instant, lifetime) => {
    const { backend, to } = backendAt({ accessTokenLifetime: lifetime })
    to(instant)
    const { accessToken, accessTokenExpiry } = await signIn(backend)
    expect(accessTokenExpiry).toBe(decodeJwt(accessToken).exp! * 1000)
    const early = instant + lifetime * 1000 - accessTokenExpiry
    expect(early).toBeGreaterThanOrEqual(0)
    expect(early).toBeLessThan(1000)
  })

  it('passes until its expiry, and not then', async () => {
    const { backend, to } = backendAt()
    const { accessToken, accessTokenExpiry, user } = await signIn(backend)
    to(accessTokenExpiry - 1)
    const response = await me(backend, accessToken)
    expect(response.status).toBe(200)
    expect(JSON.parse(response.body)).toEqual(user)
    to(accessTokenExpiry)
    expect(failureIn(await me(backend, accessToken))).toEqual({
      status: 401,
      error: 'invalid_token',
      message: 'The access token has expired',
    })
  })

  it('does not pass once it was revoked, while the next one of the user and those of others do', async () => {
    const { backend } = backendAt()
    const [ada, other] = [await signIn(backend), await signIn(backend, GRACE)]
    backend.revokeAccessTokens(ada.user.id)
    expect(failureIn(await me(backend, ada.accessToken))).toEqual({
      status: 401,
      error: 'invalid_token',
      message: 'The access token has been revoked',
    })
    expect((await me(backend, other.accessToken)).status).toBe(200)
    const next = tokensIn(await refresh(backend, ada.refreshToken))
    expect((await me(backend, next.accessToken)).status).toBe(200)
    backend.revokeAccessTokens()
    expect((await me(backend, next.accessToken)).status).toBe(401)
    expect((await me(backend, other.accessToken)).status).toBe(401)
  })

  it('passes after sign-out, as at any resource server', async () => {
    const { backend } = backendAt()
    const { accessToken, refreshToken } = await signIn(backend)
    await post(backend, 'auth/logout', { token: refreshToken })
    expect((await me(backend, accessToken)).status).toBe(200)
  })

  it('can be verified with the given secret, here and elsewhere', async () => {
    const [one, other] = [createTokenBackend({ secret: 'shared' }), createTokenBackend({ secret: key('shared') })]
    const { accessToken } = await signIn(one)
    expect((await jwtVerify(accessToken, key('shared'))).payload.sub).toBe('1')
    expect((await me(other, accessToken)).status).toBe(200)
  })

  it('sees fake timers that came after the backend', async () => {
    const backend = createTokenBackend()
    jest.useFakeTimers({ now: START, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      const { accessToken, accessTokenExpiry } = await signIn(backend)
      expect(accessTokenExpiry).toBe(START - 250 + 60_000)
      jest.setSystemTime(accessTokenExpiry)
      expect((await me(backend, accessToken)).status).toBe(401)
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('the profile', () => {
  const exp = START / 1000 + 60
  const signed = (claims: Record<string, unknown>, secret = 'ours', alg = 'HS256') =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(key(secret))
  const { backend } = backendAt({ secret: 'ours' })

  it('is given for a good token', async () => {
    expect((await me(backend, await signed({ sub: '2', exp }))).status).toBe(200)
  })

  it.each([
    ['no JWT', () => 'nonsense', 'The access token is invalid'],
    ["another's signature", () => signed({ sub: '1', exp }, 'theirs'), 'The access token is invalid'],
    ['another algorithm', () => signed({ sub: '1', exp }, 'ours', 'HS512'), 'The access token is invalid'],
    ['no expiry', () => signed({ sub: '1' }), 'The access token is invalid'],
    ['no subject', () => signed({ exp }), 'The access token is invalid'],
    ['an unknown user', () => signed({ sub: '3', exp }), 'The user of the access token is unknown'],
  ])('is refused for a token with %s', async (_flaw, token, message) => {
    const response = await me(backend, await token())
    expect(failureIn(response)).toEqual({ status: 401, error: 'invalid_token', message })
    expect(response.headers['WWW-Authenticate']).toBe('Bearer error="invalid_token"')
  })

  it.each([
    ['no headers', undefined],
    ['no such header', {}],
    ['an empty one', { authorization: '' }],
    ['an empty list', { authorization: [] }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ])('is refused for %s', async (_what, headers) => {
    const response = await backend.handle({ method: 'GET', url: '/users/me', ...(headers && { headers }) })
    expect(failureIn(response)).toEqual({ status: 401, error: 'invalid_token', message: 'A bearer token is required' })
    expect(response.headers['WWW-Authenticate']).toBe('Bearer')
  })

  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])('is given whatever the case of %s', async (name) => {
    const { accessToken } = tokensIn(await post(backend, 'auth/login', ADA))
    for (const value of [`Bearer ${accessToken}`, `bearer ${accessToken}`, [`Bearer ${accessToken}`]]) {
      const response = await backend.handle({ method: 'GET', url: '/users/me', headers: { [name]: value } })
      expect(response.status).toBe(200)
    }
  })
})
