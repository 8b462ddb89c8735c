import type { Browser } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { complaintsOf, openDashboard, signIn, untilPolled, watch } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 20
const LEFT_ALONE = 70

let demo: DemoWithBackend
let browser: Browser

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME })
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser.close()
  await demo.stop()
})

it('keeps a page that is left alone signed in, and signs all tabs out, once, when the backend revokes', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${demo.origin}/dashboard?tab=1#here`)
  await page.waitForURL((url) => url.pathname === '/login')
  expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe('/dashboard?tab=1#here')
  await signIn(page)
  await page.waitForURL((url) => url.pathname === '/dashboard')
  expect(new URL(page.url()).search + new URL(page.url()).hash).toBe('?tab=1#here')
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()

  const seen = watch(page)
  const complaints = complaintsOf(page)
  await delay(LEFT_ALONE * 1000)
  await untilPolled(page)
  expect(demo.backend.counters.renewed).toBeGreaterThanOrEqual(3)
  expect(demo.backend.counters).toMatchObject({ unauthorized: 0, reuses: 0 })
  expect(demo.backend.presentations()).toBe(1)
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
  expect(complaints).toEqual([])
  expect(seen.sessionRequests).toBe(demo.backend.counters.renewed)
  expect(await page.getByTestId('renewals').textContent()).toBe(String(demo.backend.counters.renewed))

  const others = [await openDashboard(demo, context), await openDashboard(demo, context)]
  demo.backend.revoke()
  const tabs = [{ page, seen }, ...others]
  await Promise.all(tabs.map((tab) => tab.page.waitForURL((url) => url.pathname === '/login', { timeout: LIFETIME * 1000 })))
  expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe('/dashboard?tab=1#here')
  await delay(2_000)
  // One of the tabs posts, and the others find it done.
  expect(tabs.map((tab) => tab.seen.signOuts).sort()).toEqual([0, 0, 1])
  expect(tabs.map((tab) => tab.seen.logins)).toEqual([1, 1, 1])
  await context.close()
}, 150_000)

it('says so when the credentials are wrong, and logs nothing', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/login`)
  const before = demo.output()
  await signIn(page, 'ada@example.com', 'wrong')
  await page.getByRole('main').getByRole('alert').filter({ hasText: /password/i }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/login')
  expect(demo.output()).toBe(before)
  await page.close()
}, 30_000)
