import type { ServerResponse } from 'node:http'
import { cookieBackend, isRefreshError, type CookieBackendOptions } from '../../../lib'
import { json, startScriptedServer, type ScriptedServer, type Seen } from '../../support/scripted-server'

let server: ScriptedServer

const ME = { id: 7, name: 'Ada', email: 'ada@example.com', roles: ['admin'] }
const COOKIES = ['access_token=access-1; Max-Age=60; HttpOnly', 'refresh_token=refresh-1; Max-Age=600; HttpOnly; Path=/auth']
const tokenSet = { accessToken: 'access-1', accessTokenExpiry: 0, refreshToken: 'refresh-1' }
const context = () => ({ provider: 'credentials', signal: AbortSignal.timeout(5_000) })
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error)
const backend = (options: Partial<CookieBackendOptions> = {}) => cookieBackend({ baseURL: server.origin, ...options })

type Reply = (res: ServerResponse) => void
const withCookies = (...cookies: string[]) => json({ message: 'welcome' }, 200, { 'set-cookie': cookies })
const html: Reply = (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
/** Answers by the last part of the path. */
const byPath = (replies: Record<string, Reply>) => (res: ServerResponse, { url = '' }: Seen) =>
  (replies[url.slice(url.lastIndexOf('/') + 1)] ?? json({}, 404))(res)
const asked = () => server.seen.map(({ method, url }) => `${method} ${url}`)

beforeEach(async () => {
  server = await startScriptedServer()
  server.answer = byPath({
    login: withCookies(...COOKIES),
    refresh: withCookies('refresh_token=refresh-2; Max-Age=600', 'access_token=access-2; Max-Age=60'),
    me: json(ME),
    logout: (res) => res.writeHead(204).end(),
  })
})
afterEach(() => server.close())

describe('authorize', () => {
  it('posts the credentials, asks for the profile with the fresh cookie, and gives the user with their tokens', async () => {
    const before = Date.now()
    const user = await backend({ baseURL: `${server.origin}/v1`, headers: { 'x-api-key': 'k' } }).authorize({
      email: 'ada@example.com',
      password: 'secret',
      csrfToken: 'c',
    })
    expect(asked()).toEqual(['POST /v1/auth/login', 'GET /v1/users/me'])
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ email: 'ada@example.com', password: 'secret' })
    expect(server.seen[1]?.headers).toMatchObject({ cookie: 'access_token=access-1', 'x-api-key': 'k' })
    expect(user).toEqual({
      ...ME,
      id: '7',
      accessToken: 'access-1',
      accessTokenExpiry: expect.any(Number),
      refreshToken: 'refresh-1',
      refreshTokenExpiry: expect.any(Number),
    })
    const { accessTokenExpiry } = user as unknown as { accessTokenExpiry: number }
    expect(accessTokenExpiry).toBeGreaterThanOrEqual(before + 60_000)
    expect(accessTokenExpiry).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  it.each([
    ['401', json({ message: 'Unauthorized' }, 401)],
    ['400', json({ message: ['email must be an email'] }, 400)],
    ['422', json({ message: 'no' }, 422)],
  ])('gives null for wrong credentials: %s', async (_, login) => {
    server.answer = byPath({ login })
    expect(await backend().authorize({ email: 'a' })).toBeNull()
    expect(asked()).toEqual(['POST /auth/login'])
  })

  it.each([
    ['503', json({}, 503), 'unavailable'],
    ['HTML', html, 'invalid_response'],
    ['no cookies', json({ access_token: 'in the body' }), 'invalid_response'],
    ['another cookie', withCookies('session=1'), 'invalid_response'],
    ['a deleted cookie', withCookies('access_token=; Max-Age=0'), 'invalid_response'],
    ['a cookie without any expiry', withCookies('access_token=a', 'refresh_token=r'), 'invalid_response'],
  ])('rejects a login that answers %s', async (_, login, code) => {
    server.answer = byPath({ login, me: json(ME) })
    const error = await failure(backend().authorize({}))
    expect(isRefreshError(error)).toBe(true)
    expect(error).toMatchObject({ code })
  })

  it('names the cookie that is missing', async () => {
    server.answer = byPath({ login: withCookies('session=1') })
    expect(String(await failure(backend({ accessCookie: 'at' }).authorize({})))).toContain('`at`')
  })

  it.each([
    ['{ user }', { user: ME }],
    ['{ data }', { data: ME }],
    ['{ data: { user } }', { data: { user: ME } }],
  ])('finds the user in %s', async (_, body) => {
    server.answer = byPath({ login: withCookies(...COOKIES), me: json(body) })
    expect(await backend().authorize({})).toMatchObject({ id: '7', roles: ['admin'] })
  })

  it('lets no field of the profile pass for a token', async () => {
    const me = json({ ...ME, refreshToken: 'a hash of it', expires_in: 5, refreshTokenExpiry: 5 })
    server.answer = byPath({ login: withCookies('access_token=access-1; Max-Age=60'), me })
    const user = await backend().authorize({})
    expect(user).toEqual({ ...ME, id: '7', accessToken: 'access-1', accessTokenExpiry: expect.any(Number) })
  })

  it('gives up after `timeout`, the profile’s time included', async () => {
    server.answer = byPath({ login: withCookies(...COOKIES), me: () => {} })
    expect(await failure(backend({ timeout: 0.3 }).authorize({}))).toMatchObject({ code: 'timeout' })
  })
})

describe('a login whose profile fails', () => {
  it.each([
    ['503', json({}, 503), 'unavailable'],
    ['429', json({}, 429, { 'retry-after': '7' }), 'unavailable'],
    ['404', json({}, 404), 'configuration'],
    ['401, which is no word on the credentials', json({ message: 'Unauthorized' }, 401), 'configuration'],
    ['403', json({ message: 'Forbidden' }, 403), 'configuration'],
    ['HTML', html, 'invalid_response'],
    ['nothing', (res: ServerResponse) => res.writeHead(200).end(), 'invalid_response'],
    ['a reset connection', (res: ServerResponse) => res.destroy(), 'unavailable'],
  ])('is no login, says where it failed, and is ended at the backend: %s', async (_, me, code) => {
    server.answer = byPath({ login: withCookies(...COOKIES), me, logout: json({}) })
    const error = await failure(backend().authorize({ email: 'a' }))
    expect(error).toMatchObject({ code, message: expect.stringContaining('`users/me`') })
    expect(String(error)).not.toMatch(/access-1|refresh-1/)
    expect(asked()).toEqual(['POST /auth/login', 'GET /users/me', 'POST /auth/logout'])
    expect(server.seen[2]?.headers.cookie).toContain('refresh_token=refresh-1')
  })

  it('passes on what `mapUser` throws', async () => {
    const mapUser = () => { throw new Error('not in this app') }
    expect(await failure(backend({ mapUser }).authorize({}))).toEqual(new Error('not in this app'))
    expect(asked()).toContain('POST /auth/logout')
  })

  it('says so also when the backend can’t end it', async () => {
    server.answer = byPath({ login: withCookies(...COOKIES), me: json({}, 503), logout: json({}, 500) })
    expect(await failure(backend().authorize({}))).toMatchObject({ code: 'unavailable' })
  })
})

describe('refresh', () => {
  it('sends the refresh token as a cookie and takes both new ones', async () => {
    expect(await backend().refresh(tokenSet, context())).toMatchObject({
      accessToken: 'access-2',
      expiresIn: 60,
      refreshToken: 'refresh-2',
      refreshTokenExpiresIn: 600,
    })
    expect(asked()).toEqual(['POST /auth/refresh'])
    expect(server.seen[0]).toMatchObject({ headers: { cookie: 'refresh_token=refresh-1' }, body: '' })
  })

  it.each(['a+b/c==', 's%3Ato%2Fken.sig', '"quoted"', '%E0%A4%A'])('sends %s back as it came', async (value) => {
    server.answer = byPath({ login: withCookies(`access_token=${value}; Max-Age=60`, `refresh_token=${value}`), me: json(ME), refresh: withCookies(...COOKIES) })
    const user = await backend().authorize({})
    await backend().refresh(user as never, context())
    expect(server.seen.slice(1).map(({ headers }) => headers.cookie)).toEqual([`access_token=${value}`, `refresh_token=${value}`])
  })

  it.each([
    ['401', json({ message: 'Unauthorized' }, 401), 'refused'],
    ['403 with cookies deleted', json({}, 403, { 'set-cookie': ['access_token=; Max-Age=0'] }), 'refused'],
    ['200 with a refusal in it', json({ error: 'invalid_grant' }, 200, { 'set-cookie': ['access_token=; Max-Age=0'] }), 'refused'],
    ['403 with HTML', (res: ServerResponse) => res.writeHead(403, { 'content-type': 'text/html' }).end('<html>'), 'unavailable'],
    ['429', json({}, 429, { 'retry-after': '7' }), 'unavailable'],
    ['500', json({}, 500), 'unavailable'],
    ['a redirect', (res: ServerResponse) => res.writeHead(302, { location: '/login' }).end(), 'unavailable'],
    ['404', json({}, 404), 'configuration'],
    ['HTML', html, 'invalid_response'],
    ['no access cookie', withCookies('refresh_token=refresh-2'), 'invalid_response'],
  ])('judges a failure as that of a JSON backend: %s', async (_, refresh, code) => {
    server.answer = byPath({ refresh })
    expect(await failure(backend().refresh(tokenSet, context()))).toMatchObject({ code })
  })
})

describe('a backend whose clock is off by more than its tokens live', () => {
  const at = (seconds: number) => new Date(Date.now() - 600_000 + seconds * 1000).toUTCString()
  const answers = (expires: string) =>
    json({}, 200, { date: at(0), 'set-cookie': [`access_token=access-2; Expires=${expires}`, `refresh_token=refresh-2; Expires=${expires}`] })

  it('has its tokens taken for good ones', async () => {
    server.answer = byPath({ refresh: answers(at(60)) })
    expect(await backend().refresh(tokenSet, context())).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
  })

  it.each([[-600], [600]])('has them live as long as it says: %d s off', async (off) => {
    const at = (seconds: number) => new Date(Date.now() + (off + seconds) * 1000).toUTCString()
    const cookies = [`access_token=access-1; Expires=${at(60)}`, `refresh_token=refresh-1; Expires=${at(300)}`]
    server.answer = byPath({ login: json({}, 200, { date: at(0), 'set-cookie': cookies }), me: json(ME) })
    const before = Date.now()
    const user = (await backend().authorize({})) as unknown as { accessTokenExpiry: number; refreshTokenExpiry: number }
    expect(Math.abs(user.accessTokenExpiry - before - 60_000)).toBeLessThan(2_000)
    expect(Math.abs(user.refreshTokenExpiry - before - 300_000)).toBeLessThan(2_000)
  })

  it('still deletes cookies', async () => {
    server.answer = byPath({ refresh: answers(at(-1)) })
    expect(await failure(backend().refresh(tokenSet, context()))).toMatchObject({ code: 'invalid_response' })
  })
})

it('revokes with both cookies, since a logout is often guarded', async () => {
  await backend().revoke(tokenSet, context())
  expect(asked()).toEqual(['POST /auth/logout'])
  expect(server.seen[0]).toMatchObject({ headers: { cookie: 'access_token=access-1; refresh_token=refresh-1' }, body: '' })
  server.answer = json({}, 500)
  expect(await failure(backend().revoke(tokenSet, context()))).toMatchObject({ code: 'unavailable' })
})

it('takes other names, paths, methods and bodies', async () => {
  const cookies = withCookies('Authentication=access-1; Max-Age=60', 'Refresh=refresh-1')
  server.answer = byPath({ 'log-in': cookies, me: json({ profile: { nick: 'ada' } }), refresh: cookies, renew: cookies, out: json({}) })
  const options: Partial<CookieBackendOptions> = {
    accessCookie: 'Authentication',
    refreshCookie: 'Refresh',
    loginPath: '/authentication/log-in',
    loginBody: ({ email }) => ({ login: email }),
    profilePath: 'me',
    logoutPath: 'out',
    logoutBody: () => ({ everywhere: true }),
    mapUser: (body) => ({ id: (body as { profile: { nick: string } }).profile.nick }),
  }
  expect(await backend({ ...options }).authorize({ email: 'a' })).toMatchObject({ id: 'ada', accessToken: 'access-1', refreshToken: 'refresh-1' })
  await backend({ ...options, refreshMethod: 'GET' }).refresh(tokenSet, context())
  await backend({ ...options, refreshPath: 'renew', refreshBody: () => ({ device: 'd' }) }).refresh(tokenSet, context())
  await backend({ ...options }).revoke(tokenSet, context())
  expect(server.seen.map(({ method, url, headers, body }) => [`${method} ${url}`, headers.cookie, body])).toEqual([
    ['POST /authentication/log-in', undefined, '{"login":"a"}'],
    ['GET /me', 'Authentication=access-1', ''],
    ['GET /auth/refresh', 'Refresh=refresh-1', ''],
    ['POST /renew', 'Refresh=refresh-1', '{"device":"d"}'],
    ['POST /out', 'Authentication=access-1; Refresh=refresh-1', '{"everywhere":true}'],
  ])
})

it.each([
  ['baseURL', undefined],
  ['baseURL', 'ftp://x'],
  ['accessCookie', ''],
  ['accessCookie', 'a=b'],
  ['accessCookie', 'a;b'],
  ['refreshCookie', 'a b'],
  ['refreshCookie', 'é'],
  ['refreshCookie', 3],
])('throws a TypeError for the %s %p', (option, value) => {
  const make = () => backend({ [option]: value })
  expect(make).toThrow(TypeError)
  expect(make).toThrow(new RegExp(`cookieBackend.*${option}`))
})

it.each([
  [{ cookieName: 'token' }, /cookieBackend: unknown option `cookieName`; there are .*accessCookie/],
  [{ timeout: 0 }, /cookieBackend: `timeout` must be a number of seconds above 0/],
  [{ refreshMethod: 'PUT' }, /cookieBackend: `refreshMethod` must be 'GET' or 'POST'/],
])('refuses an option that it would not heed: %j', (options, message) => {
  expect(() => cookieBackend({ baseURL: 'https://api.example.com', ...(options as object) })).toThrow(message)
  expect(() => cookieBackend({ baseURL: 'https://api.example.com', timeout: undefined } as never)).not.toThrow()
})

it('throws a TypeError for a `refreshBody` that no GET can carry', () => {
  const make = () => backend({ refreshMethod: 'GET', refreshBody: () => ({}) })
  expect(make).toThrow(TypeError)
  expect(make).toThrow(/cookieBackend.*`refreshBody`/)
})
