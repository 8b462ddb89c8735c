import { createServer, request as open, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createTokenBackend } from '../../../lib/testing'
import { ADA, signIn } from './client'

const backend = createTokenBackend()
/** What each call of the listener came to, in order. */
let settled: Promise<void>[] = []
/** What stands before the listener: Next's body parser, for one. */
let before: (...exchange: Parameters<typeof backend.listener>) => Promise<void> = async () => {}
let server: Server
let origin: string

beforeAll(async () => {
  const listener: RequestListener = (req, res) =>
    void before(req, res).then(() => settled.push(backend.listener(req, res)))
  server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  backend.reset()
  settled = []
  before = async () => {}
})
afterEach(async () => {
  for (const outcome of await Promise.all(settled)) expect(outcome).toBeUndefined()
})

function post(path: string, body: unknown, init: RequestInit = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${origin}/api/${path}`, { method: 'POST', body: text, ...init })
}
const refresh = (token: string, init?: RequestInit) => post('auth/refreshToken', { token }, init)
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

it('serves the life of a session over HTTP', async () => {
  const login = await post('auth/login', ADA)
  expect(login.status).toBe(200)
  expect(login.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const { refreshToken } = await login.json()
  const renewed = await refresh(refreshToken)
  const { accessToken, refreshToken: successor } = await renewed.json()
  const profile = await fetch(`${origin}/users/me?x=1`, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await profile.json()).toMatchObject({ id: '1', email: ADA.email })
  const logout = await post('auth/logout', { token: successor })
  expect(logout.status).toBe(204)
  expect((await refresh(successor)).status).toBe(401)
})

it('takes a body that came in pieces', async () => {
  const status = await new Promise((resolve, reject) => {
    const req = open(`${origin}/auth/login`, { method: 'POST' }, (res) => resolve(res.resume().statusCode))
    req.on('error', reject).write('{"email":"ada@example.com",')
    setTimeout(() => req.end('"password":"correct-horse"}'), 20)
  })
  expect(status).toBe(200)
})

it('takes a body that was parsed already, as Next and Express leave it', async () => {
  before = async (req) => {
    for await (const chunk of req) req.body = JSON.parse(String(chunk))
  }
  expect((await post('auth/login', ADA)).status).toBe(200)
  expect((await post('auth/login', 'null')).status).toBe(400)
})

it('settles when someone read the body and left nothing', async () => {
  before = async (req) => {
    for await (const chunk of req) void chunk
  }
  expect((await post('auth/login', ADA)).status).toBe(400)
})

it('answers 400 for a body that is no JSON, and 405 with the method allowed', async () => {
  expect((await post('auth/login', '{')).status).toBe(400)
  const response = await fetch(`${origin}/auth/login`)
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
})

describe('a body', () => {
  const padded = (bytes: number) => JSON.stringify(ADA).padEnd(bytes)

  it('of 1 MiB is taken', async () => {
    expect((await post('auth/login', padded(1024 * 1024))).status).toBe(200)
  })

  it('above is refused, and does not count', async () => {
    const response = await post('auth/login', padded(1024 * 1024 + 1))
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({
      error: 'payload_too_large',
      message: 'The body must be at most 1048576 bytes',
    })
    expect(backend.counters.logins).toBe(0)
  })

  it('that breaks off leaves nothing behind', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"email"')
    await until(() => settled.length === 1)
    socket.destroy()
    await settled[0]
    expect(backend.counters.logins).toBe(0)
  })
})

describe('under a fault', () => {
  let token: string
  beforeEach(async () => {
    token = (await signIn(backend)).refreshToken
  })

  it('sends the status and headers of a refusal', async () => {
    backend.inject({ kind: 'rate-limited', retryAfter: 3 })
    const response = await refresh(token)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3'])
  })

  it('reset: the connection drops and the token is unspent', async () => {
    backend.inject({ kind: 'reset' })
    await expect(refresh(token)).rejects.toThrow('fetch failed')
    expect((await refresh(token)).status).toBe(200)
  })

  it('lost: the connection drops and the token is spent', async () => {
    backend.inject({ kind: 'lost' })
    await expect(refresh(token)).rejects.toThrow('fetch failed')
    expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 1 })
    expect(await (await refresh(token)).json()).toMatchObject({ error: 'invalid_grant' })
    expect(backend.counters.reuses).toBe(1)
  })

  it('a client sees a reset of the connection by its code', async () => {
    backend.inject({ kind: 'reset' })
    const error = await new Promise((resolve) => {
      open(`${origin}/auth/refreshToken`, { method: 'POST' }).on('error', resolve).end('{}')
    })
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('hang: the request stays open until the client leaves, and the token is unspent', async () => {
    backend.inject({ kind: 'hang' })
    await expect(refresh(token, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await settled[0]
    expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 0 })
    expect((await refresh(token)).status).toBe(200)
  })

  it('hang: settles when the client left before the listener began', async () => {
    backend.inject({ kind: 'hang' })
    before = (req, res) => {
      req.body = { token }
      return new Promise((resolve) => res.once('close', resolve))
    }
    await expect(refresh(token, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await until(() => settled.length === 1)
    await settled[0]
    expect(backend.counters.refreshes).toBe(1)
  })

  it('slow: answers late, and settles at once when the client leaves', async () => {
    backend.inject({ kind: 'slow', delay: 0.1 })
    const started = performance.now()
    expect((await refresh(token)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(95)
    backend.inject({ kind: 'slow', delay: 1000 })
    await expect(refresh('x', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await settled[1]
  })
})

it('drops the connection, and does not throw, when the response was begun by someone else', async () => {
  before = async (_req, res) => void res.writeHead(200, { 'Content-Length': 5 }).write('x')
  const response = await post('auth/login', ADA)
  await expect(response.text()).rejects.toThrow('terminated')
})
