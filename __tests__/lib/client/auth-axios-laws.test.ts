/** @jest-environment node */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AxiosError, AxiosInstance } from 'axios'
import { createAuthAxios } from '../../../lib/client/auth-axios'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import { listen, type Listening } from '../../support/listen'
import { openPage, type OpenPage } from '../../support/page'

/** Seconds: of the 60 that a token lives, half are its window, and the clients wait for its last 15. */
const [UNTIL_NEARLY_EXPIRED, UNTIL_EXPIRED] = [50, 70]
/** How long a token is let alone after a renewal, whoever rejects it. */
const UNTIL_REJECTED = 6
const CALLERS = 20

let clock: Clock
let server: AuthServer
let page: OpenPage
let clients: AxiosInstance[]

beforeEach(async () => {
  clock = takeClock()
  server = await startAuthServer({ refresh: { retries: 0 } })
  const browser = server.browser()
  await browser.signIn()
  page = await openPage(browser, server.origin)
  const config = { baseURL: server.backendOrigin }
  clients = [createAuthAxios(config), createAuthAxios(config)]
})
afterEach(async () => {
  page.close()
  clock.restore()
  await server.close()
})

/** The statuses of so many calls at once, by two clients. */
async function call(count = CALLERS): Promise<Set<unknown>> {
  const calls = Array.from({ length: count }, (_, index) => clients[index % 2]!.get<unknown>('users/me'))
  const ends = calls.map((one) =>
    one.then(
      ({ status }) => status,
      (error: AxiosError) => error.response?.status ?? error.code,
    ),
  )
  return new Set(await Promise.all(ends))
}
const GOOD = new Set([200])

it('sends a fresh token, and asks nobody', async () => {
  expect(await call()).toEqual(GOOD)
  expect(server.backend.counters).toMatchObject({ profiles: CALLERS, unauthorized: 0, refreshes: 0 })
  expect(page.requests).toEqual([])
})

it.each([
  ['is about to expire', UNTIL_NEARLY_EXPIRED],
  ['has expired', UNTIL_EXPIRED],
])('renews a token that %s once for all', async (_, seconds) => {
  clock.pass(seconds)
  expect(await call()).toEqual(GOOD)
  expect(await call()).toEqual(GOOD)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0, unauthorized: 0 })
  expect(page.requests).toEqual(['GET /api/auth/session'])
})

it('answers many 401s with one renewal, and loses none', async () => {
  clock.pass(UNTIL_REJECTED)
  server.backend.revokeAccessTokens()
  expect(await call()).toEqual(GOOD)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0, unauthorized: CALLERS, profiles: 2 * CALLERS })
  expect(page.requests).toEqual(['GET /api/auth/csrf', 'POST /api/auth/session'])
  expect(page.session()).toMatchObject({ tokenRefresh: { generation: 1 } })
})

it('asks for no second renewal within 5 s, and for one after that', async () => {
  clock.pass(UNTIL_REJECTED)
  server.backend.revokeAccessTokens()
  await call()
  server.backend.revokeAccessTokens()
  expect(await call()).toEqual(new Set([401]))
  expect(server.backend.counters).toMatchObject({ refreshes: 1 })
  clock.pass(UNTIL_REJECTED)
  const later = await openPageAfterPause()
  expect(await call()).toEqual(GOOD)
  expect(server.backend.counters).toMatchObject({ refreshes: 2, reuses: 0 })
  later.restore()
})

/** The clients' own pause goes by a clock that nobody can set. */
async function openPageAfterPause() {
  const real = performance.now.bind(performance)
  const spy = jest.spyOn(performance, 'now').mockImplementation(() => real() + UNTIL_REJECTED * 1000)
  return { restore: () => spy.mockRestore() }
}

it('takes a session that is over as it is, and makes no traffic for it', async () => {
  server.backend.revoke()
  clock.pass(UNTIL_EXPIRED)
  expect(await call()).toEqual(new Set([401]))
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  expect(page.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
  const requests = page.requests.length
  expect(await call()).toEqual(new Set([401]))
  expect(page.requests).toHaveLength(requests)
  expect(server.backend.counters).toMatchObject({ refreshes: 1 })
})

it('serves a valid token in an outage, fails with the backend’s own error after that, and heals', async () => {
  const restore = server.backend.inject({ kind: 'unavailable', times: Infinity })
  clock.pass(UNTIL_NEARLY_EXPIRED)
  expect(await call()).toEqual(GOOD)
  clock.pass(UNTIL_EXPIRED - UNTIL_NEARLY_EXPIRED)
  expect(await call()).toEqual(new Set(['ERR_TOKEN_EXPIRED']))
  const back = server.backend.inject({ kind: 'unavailable', path: 'me', times: Infinity })
  expect(await call()).toEqual(new Set([503]))
  back()
  restore()
  clock.pass(120)
  const later = await openPageAfterPause()
  expect(await call()).toEqual(GOOD)
  later.restore()
  expect(server.backend.counters).toMatchObject({ reuses: 0 })
  expect(page.session()).toMatchObject({ accessToken: expect.any(String) })
})

describe('a server elsewhere', () => {
  let elsewhere: Listening
  const seen: (string | undefined)[] = []

  beforeEach(async () => {
    seen.length = 0
    elsewhere = await listen((req: IncomingMessage, res: ServerResponse) => {
      seen.push(req.headers.authorization)
      res.statusCode = 401
      res.end()
    })
  })
  afterEach(() => elsewhere.close())

  it('gets no token, however it is addressed, and its 401 renews none', async () => {
    clock.pass(UNTIL_REJECTED)
    const [client] = clients as [AxiosInstance]
    const { host } = new URL(elsewhere.origin)
    const requests = [
      client.get(`${elsewhere.origin}/users/me`),
      client.get(`http://user:name@${host}/`),
      client.get('/', { baseURL: elsewhere.origin }),
      createAuthAxios({ baseURL: elsewhere.origin, origins: [server.backendOrigin] }).get('/'),
    ]
    for (const { status, reason } of (await Promise.allSettled(requests)) as PromiseRejectedResult[] & { status: string }[]) {
      expect({ status, answer: (reason as AxiosError).response?.status }).toEqual({ status: 'rejected', answer: 401 })
    }
    expect(seen.filter((header) => header?.startsWith('Bearer'))).toEqual([])
    expect(seen).toHaveLength(requests.length)
    expect(page.requests).toEqual([])
  })
})

it('sends no token from a server, whose memory is everybody’s', async () => {
  const { window } = globalThis as { window?: unknown }
  delete (globalThis as { window?: unknown }).window
  expect(await call(2)).toEqual(new Set([401]))
  expect(server.backend.counters).toMatchObject({ refreshes: 0 })
  Object.assign(globalThis, { window })
})

it('keeps its own options out of axios’ defaults', () => {
  const { defaults } = createAuthAxios({ baseURL: 'https://api.example.com', origins: [], basePath: '/auth', transport: 'bearer' })
  expect(defaults.baseURL).toBe('https://api.example.com')
  expect(Object.keys(defaults).filter((name) => ['origins', 'basePath', 'transport'].includes(name))).toEqual([])
})
