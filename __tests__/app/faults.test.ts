import { setTimeout as delay } from 'node:timers/promises'
import type { TokenBackendOptions } from 'next-auth-refresh/testing'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import type { HttpBrowser } from '../support/http-browser'

/** Seconds: half of it is the window. */
const LIFETIME = 6
const UNTIL_DUE = 3_500
const UNTIL_EXPIRED = 6_500

/** Each scenario has an app and a backend of its own, so that they can run side by side. */
async function inDemo(
  options: TokenBackendOptions,
  run: (demo: DemoWithBackend, browser: HttpBrowser) => Promise<void>,
): Promise<void> {
  const demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME, ...options })
  try {
    const browser = demo.browser()
    await browser.signIn()
    await run(demo, browser)
  } finally {
    await demo.stop('SIGKILL')
  }
}

/** Asks now and then, as a page does, until the token has been renewed. */
async function untilRenewed(browser: HttpBrowser, generation: number): Promise<void> {
  const deadline = Date.now() + 40_000
  for (;;) {
    const session = await browser.session()
    expect(session['error']).toBeUndefined()
    if (Number((session['tokenRefresh'] as { generation: number }).generation) >= generation) return
    if (Date.now() > deadline) throw new Error('the session is alive, but was not renewed within 40 s')
    await delay(500)
  }
}

const faults = [
  { kind: 'unavailable' },
  { kind: 'rate-limited', retryAfter: 2 },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'slow', delay: 1 },
] as const

it.concurrent.each(faults)('outlives a backend that is $kind once, and for longer than the token lives', (fault) =>
  inDemo({}, async ({ backend }, browser) => {
    await delay(UNTIL_DUE)
    backend.inject(fault)
    await untilRenewed(browser, 1)

    await delay(UNTIL_DUE)
    backend.inject({ ...fault, times: Infinity })
    const until = Date.now() + UNTIL_EXPIRED
    while (Date.now() < until) {
      expect((await browser.session())['error']).toBeUndefined()
      await delay(1_000)
    }
    backend.clearFaults()
    await untilRenewed(browser, 2)
    expect(backend.counters.reuses).toBe(0)
  }), 120_000)

it.concurrent('serves the valid token within 3 s while the backend hangs, and outlives that', () =>
  inDemo({ accessTokenLifetime: 12 }, async ({ backend }, browser) => {
    await delay(7_000)
    backend.inject({ kind: 'hang' })
    const startedAt = performance.now()
    const session = await browser.session()
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(Number(session['accessTokenExpiry'])).toBeGreaterThan(Date.now())
    await untilRenewed(browser, 1)
    expect(backend.counters.reuses).toBe(0)
  }), 120_000)

it.concurrent('outlives a lost response where the backend has a grace', () =>
  inDemo({ grace: 10 }, async ({ backend }, browser) => {
    await delay(UNTIL_DUE)
    backend.inject({ kind: 'lost' })
    await untilRenewed(browser, 1)
    expect(backend.counters.reuses).toBe(0)
  }), 120_000)

it.concurrent('needs one refresh for three pages at once', () =>
  inDemo({}, async ({ backend }, browser) => {
    await delay(UNTIL_DUE)
    const [page, login, data] = await Promise.all(['/server', '/login', '/api/me'].map((path) => browser.request(path)))
    expect([page?.status, login?.status, data?.status]).toEqual([200, 200, 200])
    expect(backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  }), 120_000)

it.concurrent('keeps the session through a lost Set-Cookie, and with the cookie of two generations ago', () =>
  inDemo({}, async ({ backend }, browser) => {
    const old = new Map(browser.cookies)
    await delay(UNTIL_DUE)
    await browser.session({ losesCookies: true })
    const adopted = await browser.session()
    expect(adopted['tokenRefresh']).toMatchObject({ generation: 1 })
    await delay(UNTIL_DUE)
    const newest = await browser.session()
    expect(newest['tokenRefresh']).toMatchObject({ generation: 2 })
    const late = await browser.session({ cookies: old })
    expect(late['accessToken']).toBe(newest['accessToken'])
    expect(backend.counters).toMatchObject({ refreshes: 2, reuses: 0 })
  }), 120_000)

it.concurrent('ends with a revoked family, and then leaves the backend alone', () =>
  inDemo({}, async ({ backend }, browser) => {
    const old = new Map(browser.cookies)
    backend.revoke()
    await delay(UNTIL_DUE)
    expect(await browser.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
    for (let count = 0; count < 5; count += 1) {
      expect(await browser.session({ cookies: old, losesCookies: true })).toMatchObject({ error: 'RefreshAccessTokenError' })
    }
    expect(backend.counters.refreshes).toBe(1)
  }), 120_000)
