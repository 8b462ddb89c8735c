import type { Browser, Page } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'

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

/** Everything on the page that a user would be startled by, or that costs the server something. */
function watch(page: Page) {
  const seen = { logins: 0, loads: 0, signOuts: 0, sessionRequests: 0, consoleErrors: [] as string[] }
  page.on('framenavigated', (frame) => {
    if (new URL(frame.url()).pathname === '/login') seen.logins += 1
  })
  page.on('load', () => (seen.loads += 1))
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname === '/api/auth/signout') seen.signOuts += 1
    if (pathname === '/api/auth/session') seen.sessionRequests += 1
  })
  page.on('console', (message) => {
    if (message.type() === 'error') seen.consoleErrors.push(message.text())
  })
  return seen
}

async function signIn(page: Page, password = 'correct-horse') {
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

it('keeps a page that is left alone signed in, and signs out when the backend revokes', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/dashboard?tab=1#here`)
  await page.waitForURL((url) => url.pathname === '/login')
  expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe('/dashboard?tab=1#here')
  await signIn(page)
  await page.waitForURL((url) => url.pathname === '/dashboard')
  expect(new URL(page.url()).search + new URL(page.url()).hash).toBe('?tab=1#here')
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()

  const seen = watch(page)
  await delay(LEFT_ALONE * 1000)
  expect(demo.backend.counters.renewed).toBeGreaterThanOrEqual(3)
  expect(demo.backend.counters).toMatchObject({ unauthorized: 0, reuses: 0 })
  expect(demo.backend.presentations()).toBe(1)
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0, consoleErrors: [] })
  expect(seen.sessionRequests).toBe(demo.backend.counters.renewed)
  expect(await page.getByTestId('renewals').textContent()).toContain(String(demo.backend.counters.renewed))

  demo.backend.revoke()
  await page.waitForURL((url) => url.pathname === '/login', { timeout: LIFETIME * 1000 })
  expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe('/dashboard?tab=1#here')
  await delay(2_000)
  expect(seen.signOuts).toBe(1)
  await page.close()
}, 150_000)

it('says so when the credentials are wrong, and logs nothing', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/login`)
  const before = demo.output()
  await signIn(page, 'wrong')
  await page.getByRole('main').getByRole('alert').filter({ hasText: /password/i }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/login')
  expect(demo.output()).toBe(before)
  await page.close()
}, 30_000)
