import { setTimeout as delay } from 'node:timers/promises'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'

/** Seconds: short, so that the real clock gets a token into its window soon. */
const LIFETIME = 10
const UNTIL_DUE = 6_500

let demo: DemoWithBackend

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME })
}, 60_000)
afterAll(() => demo.stop())
beforeEach(() => demo.backend.reset())

it('refreshes once for 50 concurrent requests on a due token, and answers all 50', async () => {
  const browser = demo.browser()
  await browser.signIn()
  await delay(UNTIL_DUE)
  const sessions = await Promise.all(Array.from({ length: 50 }, () => browser.session()))
  expect(demo.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
  expect(new Set(sessions.map((session) => session['accessToken'])).size).toBe(1)
  expect(sessions.every((session) => session['error'] === undefined && session['user'])).toBe(true)
}, 30_000)

it('shares one refresh among pages, API routes and the session route, which have module copies of their own', async () => {
  const browser = demo.browser()
  await browser.signIn()
  await delay(UNTIL_DUE)
  const [page, data, session] = await Promise.all([
    browser.request('/server'),
    browser.request('/api/me'),
    browser.session(),
  ])
  expect(page.text).toContain('ada@example.com')
  expect(data.json).toMatchObject({ email: 'ada@example.com' })
  expect(session['error']).toBeUndefined()
  expect(demo.backend.counters).toMatchObject({ refreshes: 1, reuses: 0, unauthorized: 0 })
}, 30_000)

it('gives the successor to a request with the cookie from before the rotation', async () => {
  const browser = demo.browser()
  await browser.signIn()
  await delay(UNTIL_DUE)
  const old = new Map(browser.cookies)
  const renewed = await browser.session()
  const late = await browser.session({ cookies: old, losesCookies: true })
  expect(late['accessToken']).toBe(renewed['accessToken'])
  expect(demo.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
}, 30_000)
