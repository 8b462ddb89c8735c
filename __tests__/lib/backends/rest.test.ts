import type { ServerResponse } from 'node:http'
import { isRefreshError, restBackend } from '../../../lib'
import { json, startScriptedServer, type ScriptedServer } from '../../support/scripted-server'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScriptedServer()
})
afterEach(() => server.close())

const tokens = { accessToken: 'access-1', refreshToken: 'refresh-1', expiresIn: 60 }
const tokenSet = { accessToken: 'access-1', accessTokenExpiry: 0, refreshToken: 'refresh-1' }
const context = () => ({ provider: 'credentials', signal: AbortSignal.timeout(5_000) })
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error)

describe('authorize', () => {
  it('posts the credentials without the fields of next-auth’s form, and gives the user with their tokens', async () => {
    server.answer = json({ ...tokens, user: { id: 7, name: 'Ada', email: 'ada@example.com', roles: ['admin'] } })
    const user = await restBackend({ baseURL: `${server.origin}/v1` }).authorize({
      email: 'ada@example.com',
      password: 'secret',
      csrfToken: 'c',
      callbackUrl: '/',
      json: 'true',
      redirect: 'false',
    })
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/v1/auth/login' })
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ email: 'ada@example.com', password: 'secret' })
    expect(user).toMatchObject({ id: '7', name: 'Ada', roles: ['admin'], accessToken: 'access-1', refreshToken: 'refresh-1' })
  })

  it.each([
    ['401', json({ error: 'invalid_credentials' }, 401)],
    ['401 without a body', (res: ServerResponse) => res.writeHead(401).end()],
    ['403', json({ message: 'no' }, 403)],
    ['400', json({ message: 'no' }, 400)],
    ['422', json({ message: 'no' }, 422)],
  ])('gives null for wrong credentials: %s', async (_, reply) => {
    server.answer = reply
    expect(await restBackend({ baseURL: server.origin }).authorize({ email: 'a' })).toBeNull()
  })

  it.each([
    ['without an access token', { refreshToken: 'r' }, /accessToken/],
    ['with an expiry that can’t be read', { accessToken: 'a', accessTokenExpiry: 'soon' }, /accessTokenExpiry/],
    ['with a lifetime that can’t be read', { accessToken: 'a', expires_in: 'soon' }, /expires_in/],
    ['with no expiry at all', { accessToken: 'a' }, /expires_in/],
    ['with a refresh token that is no string', { accessToken: 'a', expiresIn: 60, refreshToken: 3 }, /refreshToken/],
  ])('names the field of an answer %s', async (_, body, field) => {
    server.answer = json(body)
    const error = await failure(restBackend({ baseURL: server.origin }).authorize({}))
    expect(isRefreshError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'invalid_response', message: expect.stringMatching(field) })
  })

  it.each([
    ['HTML', (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'invalid_response'],
    ['a redirect', (res: ServerResponse) => res.writeHead(302, { location: '/login' }).end(), 'unavailable'],
    ['503', json({}, 503), 'unavailable'],
    ['a page that asks for a password', (res: ServerResponse) => res.writeHead(401, { 'content-type': 'text/html' }).end('<html>'), 'unavailable'],
  ])('rejects for %s, since that says nothing about the credentials', async (_, reply, code) => {
    server.answer = reply
    expect(await failure(restBackend({ baseURL: server.origin }).authorize({}))).toMatchObject({ code })
  })

  it('rejects when nobody answers, without naming the backend’s address', async () => {
    const { origin } = server
    await server.close()
    const error = await failure(restBackend({ baseURL: origin }).authorize({}))
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') })
    expect(String(error)).not.toContain(new URL(origin).port)
  })

  it('gives up after `timeout`', async () => {
    server.answer = () => {}
    const error = await failure(restBackend({ baseURL: server.origin, timeout: 0.2 }).authorize({}))
    expect(error).toMatchObject({ code: 'timeout' })
  })

  it.each([
    ['the body itself', (body: object) => body],
    ['`data`', (data: object) => ({ data })],
    ['`tokens`', (tokens: object) => ({ tokens })],
    ['where `mapTokens` says', (mine: object) => ({ mine })],
  ])('takes the user from the access token where nobody else names them: in %s', async (_, wrap) => {
    const claims = { sub: '7', name: 'Ada', email: 'ada@example.com', roles: ['admin'] }
    const accessToken = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
    const body = wrap({ ...tokens, accessToken })
    server.answer = json(body)
    const mapTokens = 'mine' in body ? { mapTokens: () => body.mine } : {}
    expect(await restBackend({ baseURL: server.origin, ...mapTokens }).authorize({})).toMatchObject({
      id: '7',
      name: 'Ada',
      email: 'ada@example.com',
      roles: ['admin'],
    })
  })

  it('reads answers wrapped in `data`, and takes mappings for all others', async () => {
    server.answer = json({ data: { ...tokens, user: { _id: 'x1' } } })
    expect(await restBackend({ baseURL: server.origin }).authorize({})).toMatchObject({ id: 'x1', accessToken: 'access-1' })
    server.answer = json({ result: { auth: tokens, who: 'Grace' } })
    const mapped = restBackend({
      baseURL: server.origin,
      mapTokens: (body) => (body as { result: { auth: unknown } }).result.auth,
      mapUser: (body) => ({ id: '2', name: (body as { result: { who: string } }).result.who }),
    })
    expect(await mapped.authorize({})).toMatchObject({ id: '2', name: 'Grace', accessToken: 'access-1' })
  })
})

describe('refresh and revoke', () => {
  it('post the refresh token to their paths', async () => {
    server.answer = json(tokens)
    const backend = restBackend({ baseURL: server.origin, headers: { 'x-api-key': 'k' } })
    expect(await backend.refresh(tokenSet, context())).toEqual(tokens)
    await backend.revoke(tokenSet, context())
    expect(server.seen.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      ['/auth/refreshToken', { token: 'refresh-1' }],
      ['/auth/logout', { token: 'refresh-1' }],
    ])
    expect(server.seen[0]?.headers).toMatchObject({ 'x-api-key': 'k', accept: 'application/json' })
  })

  it('take other paths and bodies', async () => {
    server.answer = json(tokens)
    const backend = restBackend({
      baseURL: `${server.origin}/api/`,
      refreshPath: '/token',
      logoutPath: 'bye',
      refreshBody: ({ refreshToken }) => ({ refresh_token: refreshToken }),
      logoutBody: () => ({}),
    })
    await backend.refresh(tokenSet, context())
    await backend.revoke(tokenSet, context())
    expect(server.seen.map(({ url, body }) => [url, body])).toEqual([
      ['/api/token', '{"refresh_token":"refresh-1"}'],
      ['/api/bye', '{}'],
    ])
  })

  it('let the abort reach the socket', async () => {
    let closed: () => void
    const hungUp = new Promise<void>((resolve) => (closed = resolve))
    server.answer = (res) => res.on('close', () => closed())
    const controller = new AbortController()
    const refreshing = failure(restBackend({ baseURL: server.origin }).refresh(tokenSet, { provider: 'p', signal: controller.signal }))
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort()
    await hungUp
    expect(isRefreshError(await refreshing)).toBe(true)
  })
})

it.each([undefined, '', 'not a url', 'ftp://x', '/api'])('throws a TypeError for the base URL %p', (baseURL) => {
  expect(() => restBackend({ baseURL: baseURL })).toThrow(TypeError)
  expect(() => restBackend({ baseURL: baseURL })).toThrow(/baseURL/)
})

it.each([
  [{ refreshpath: '/renew' }, /restBackend: unknown option `refreshpath`; there are .*refreshPath/],
  [{ timeout: NaN }, /restBackend: `timeout` must be a number of seconds above 0/],
  [{ mapTokens: 'data' }, /restBackend: `mapTokens` must be a function/],
])('refuses an option that it would not heed: %j', (options, message) => {
  expect(() => restBackend({ baseURL: 'https://api.example.com', ...(options as object) })).toThrow(message)
  expect(() => restBackend({ baseURL: 'https://api.example.com', timeout: undefined } as never)).not.toThrow()
})
