import type { RefreshEvent } from '../../../lib'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

const DUE = 40
const EXPIRED = 61
/** Longer than any cool-down. */
const LATER = 120

let server: AuthServer
let clock: Clock
let browser: HttpBrowser
let events: RefreshEvent[]

beforeEach(async () => {
  clock = takeClock()
  events = []
  server = await startAuthServer({ refresh: { timeout: 1, retries: 0, onEvent: (event) => events.push(event) } })
  browser = server.browser()
  await browser.signIn()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

const passingFaults = [
  { kind: 'unavailable' },
  { kind: 'rate-limited', retryAfter: 20 },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'hang' },
] as const

describe.each(passingFaults)('a backend that is $kind', (fault) => {
  it('costs nothing while the token is valid', async () => {
    const before = await browser.session()
    clock.pass(DUE)
    server.backend.inject({ ...fault, times: Infinity })
    const during = await browser.session()
    expect(during).toMatchObject({ accessToken: before['accessToken'] })
    expect(during['error']).toBeUndefined()
  })

  it('does not end the session when it lasts beyond the token, and heals without a trace', async () => {
    server.backend.inject({ ...fault, times: Infinity })
    clock.pass(EXPIRED)
    const during = await browser.session()
    expect(during['error']).toBeUndefined()
    expect(during['user']).toBeDefined()

    server.backend.clearFaults()
    clock.pass(LATER)
    const after = await browser.session()
    expect(after['error']).toBeUndefined()
    expect(Number(after['accessTokenExpiry'])).toBeGreaterThan(Date.now())
    expect(after['tokenRefresh']).toMatchObject({ generation: 1 })
    expect(after['tokenRefresh']).not.toHaveProperty('retryAt')
  })

  it('is not asked again by every request', async () => {
    server.backend.inject({ ...fault, times: Infinity })
    clock.pass(EXPIRED)
    clock.stop()
    await browser.session()
    for (let count = 0; count < 20; count += 1) await browser.session()
    expect(server.backend.counters.refreshes).toBe(1)
  })
})

it('tells the client when the next try is worth it, and not before the backend wants it', async () => {
  server.backend.inject({ kind: 'rate-limited', retryAfter: 20 })
  clock.pass(DUE)
  const { tokenRefresh } = (await browser.session()) as { tokenRefresh: { retryAt: number } }
  expect(tokenRefresh.retryAt).toBeGreaterThanOrEqual(Date.now() + 19_000)
})

it('answers within 3 s with the valid token while a refresh hangs, and the next request adopts its result', async () => {
  await server.close()
  server = await startAuthServer({ refresh: { timeout: 10, retries: 0 } })
  browser = server.browser()
  await browser.signIn()
  const before = await browser.session()
  clock.pass(DUE)
  server.backend.inject({ kind: 'slow', delay: 3.5 })

  const startedAt = performance.now()
  const during = await browser.session()
  expect(performance.now() - startedAt).toBeLessThan(3_400)
  expect(during['accessToken']).toBe(before['accessToken'])

  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const after = await browser.session()
  expect(after['accessToken']).not.toBe(before['accessToken'])
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
}, 15_000)

it('survives a lost response where the backend has a grace', async () => {
  await server.close()
  server = await startAuthServer({ backend: { grace: 10 }, refresh: { retries: 2 } })
  browser = server.browser()
  await browser.signIn()
  clock.pass(DUE)
  server.backend.inject({ kind: 'lost' })
  const session = await browser.session()
  expect(session['error']).toBeUndefined()
  expect(session['tokenRefresh']).toMatchObject({ generation: 1 })
})

describe('a revoked family', () => {
  beforeEach(() => {
    server.backend.revoke()
    clock.pass(DUE)
  })

  it('ends the session, once and for all', async () => {
    const session = await browser.session()
    expect(session).toMatchObject({ error: 'RefreshAccessTokenError' })
    expect(session).not.toHaveProperty('accessToken')
    expect(events.map(({ type }) => type)).toEqual(['refresh-started', 'refresh-refused'])
  })

  it('is asked about no more, whatever cookie comes', async () => {
    const old = new Map(browser.cookies)
    await browser.session()
    clock.pass(LATER)
    for (let count = 0; count < 5; count += 1) {
      expect(await browser.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
      expect(await browser.session({ cookies: old, losesCookies: true })).toMatchObject({ error: 'RefreshAccessTokenError' })
    }
    expect(server.backend.counters.refreshes).toBe(1)
  })

  it('is forgotten when the user signs in again', async () => {
    await browser.session()
    await browser.signIn()
    const session = await browser.session()
    expect(session['error']).toBeUndefined()
    expect(session['accessToken']).toEqual(expect.any(String))
  })
})

it('ends at the refresh token’s own expiry, without asking', async () => {
  await server.close()
  server = await startAuthServer({
    backend: { refreshTokenLifetime: 100 },
    refresh: { onEvent: (event) => events.push(event) },
  })
  browser = server.browser()
  await browser.signIn()
  clock.pass(101)
  expect(await browser.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
  expect(server.backend.counters.refreshes).toBe(0)
  expect(events).toContainEqual(expect.objectContaining({ type: 'refresh-refused', code: 'expired' }))
})
