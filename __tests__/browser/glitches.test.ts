import type { Browser, BrowserContext, Page } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { expectSteady, expectUndisturbed } from '../support/steady-renewals'
import { openDashboard, untilRenewed, type WatchedPage } from '../support/watched-page'

/** Seconds: half of it is the window, in which the first 35 % see a poll. */
const LIFETIME = 10
const THREE_LIFETIMES = 3 * LIFETIME * 1000

let demo: DemoWithBackend
let browser: Browser

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME })
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  // Whatever the scenarios did, no refresh token was spent twice and no dead access token was used.
  const { reuses, unauthorized } = demo.backend.counters
  await browser.close()
  await demo.stop()
  expect({ reuses, unauthorized }).toEqual({ reuses: 0, unauthorized: 0 })
})

async function inContext(run: (context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await browser.newContext()
  try {
    await run(context)
  } finally {
    await context.close()
  }
}

async function expectSteadyRenewals({ renewals }: WatchedPage, milliseconds: number): Promise<void> {
  expectSteady(await renewals(), milliseconds, LIFETIME)
}

/** A clock that is wrong by so many milliseconds from the start; a page can set it later through `skew`. */
async function withWrongClock(context: BrowserContext, milliseconds: number): Promise<void> {
  await context.addInitScript((skew) => {
    const page = globalThis as unknown as { skew: number; Date: DateConstructor }
    const RealDate = page.Date
    page.skew = skew
    page.Date = class extends RealDate {
      constructor(...args: unknown[]) {
        super(...((args.length === 0 ? [RealDate.now() + page.skew] : args) as [number]))
      }
      static override now() {
        return RealDate.now() + page.skew
      }
    } as DateConstructor
  }, milliseconds)
}

const setVisibility = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

describe('the user notices nothing', () => {
  it.concurrent.each([
    ['ten minutes ahead', 600_000],
    ['ten minutes behind', -600_000],
  ])('of a clock that is %s', (_, skew) =>
    inContext(async (context) => {
      await withWrongClock(context, skew)
      const tab = await openDashboard(demo, context)
      await delay(THREE_LIFETIMES)
      expectUndisturbed(tab)
      await expectSteadyRenewals(tab, THREE_LIFETIMES)
    }), 120_000)

  it.concurrent('of a clock that jumps by an hour, and back', () =>
    inContext(async (context) => {
      await withWrongClock(context, 0)
      const tab = await openDashboard(demo, context)
      for (const skew of [3_600_000, -3_600_000, 0]) {
        await tab.page.evaluate((value) => Object.assign(globalThis, { skew: value }), skew)
        await delay(LIFETIME * 1000)
      }
      expectUndisturbed(tab)
      await expectSteadyRenewals(tab, THREE_LIFETIMES)
    }), 120_000)

  it.concurrent.each([1, 10])('of %d failed polls', (failures) =>
    inContext(async (context) => {
      const tab = await openDashboard(demo, context)
      let failed = 0
      await context.route('**/api/auth/session', (route) => {
        failed += 1
        return failed <= failures ? (failed % 2 ? route.abort() : route.fulfill({ status: 502, body: '<html>' })) : route.continue()
      })
      // Nobody waits for ten backed-off questions: each return to the tab asks anew.
      const deadline = Date.now() + THREE_LIFETIMES
      while (failed <= failures && Date.now() < deadline) {
        await delay(500)
        if (failed > 0) await setVisibility(tab.page, 'visible')
      }
      expect(failed).toBeGreaterThan(failures)
      await delay(LIFETIME * 1000)
      expectUndisturbed(tab)
      expect(await tab.renewals()).toBeGreaterThanOrEqual(2)
    }), 120_000)

  it.concurrent('of being offline beyond the expiry', () =>
    inContext(async (context) => {
      const tab = await openDashboard(demo, context)
      await context.setOffline(true)
      await delay(1.5 * LIFETIME * 1000)
      expectUndisturbed(tab)
      expect(await tab.renewals()).toBe(0)
      await context.setOffline(false)
      await untilRenewed(tab, 1)
      await delay(LIFETIME * 1000)
      expect(await tab.renewals()).toBeGreaterThanOrEqual(2)
      expectUndisturbed(tab)
    }), 120_000)

  it.concurrent('of a way there and back through the back/forward cache', () =>
    inContext(async (context) => {
      await context.addInitScript(() => {
        addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { cameBack: persisted }))
      })
      const tab = await openDashboard(demo, context)
      // Another site, as far as the browser is concerned.
      await tab.page.goto(`${demo.origin.replace('127.0.0.1', 'localhost')}/404`)
      // Beyond the expiry, and away from a multiple of the poll's interval: next-auth's timer keeps to its beat.
      await delay(1.1 * LIFETIME * 1000)
      tab.seen.sessionRequests = 0
      await tab.page.goBack({ waitUntil: 'commit' })
      await untilRenewed(tab, 1)
      await delay(1_000)
      expect(await tab.page.evaluate(() => (globalThis as { cameBack?: boolean }).cameBack)).toBe(true)
      expect(tab.seen.sessionRequests).toBe(1)
      expect(tab.seen).toMatchObject({ logins: 0, signOuts: 0 })
      expect(tab.path()).toBe('/dashboard')
    }), 60_000)

  it.concurrent('of a hidden tab, and on return a fresh token costs no request', () =>
    inContext(async (context) => {
      const tab = await openDashboard(demo, context)
      await setVisibility(tab.page, 'hidden')
      await delay(THREE_LIFETIMES)
      await expectSteadyRenewals(tab, THREE_LIFETIMES)
      const renewals = await tab.renewals()
      while ((await tab.renewals()) === renewals) await delay(50)
      const { sessionRequests } = tab.seen
      await setVisibility(tab.page, 'visible')
      await delay(1_000)
      expect(tab.seen.sessionRequests).toBe(sessionRequests)
      expectUndisturbed(tab)
    }), 120_000)
})

describe('the user is led to the login page, once', () => {
  it.concurrent('by a sign-out in another tab, which alone posts', () =>
    inContext(async (context) => {
      const one = await openDashboard(demo, context)
      const other = await openDashboard(demo, context)
      await one.page.getByRole('button', { name: 'Sign out' }).click()
      await other.page.waitForURL((url) => url.pathname === '/login')
      await delay(1_000)
      expect(other.path()).toBe('/login?callbackUrl=%2Fdashboard')
      expect(other.seen).toMatchObject({ signOuts: 0, logins: 1 })
      expect(one.seen.signOuts).toBe(1)
    }), 60_000)

  it.concurrent('when the cookie is deleted under the page', () =>
    inContext(async (context) => {
      const tab = await openDashboard(demo, context)
      await context.clearCookies()
      await tab.page.waitForURL((url) => url.pathname === '/login', { timeout: LIFETIME * 1000 })
      await delay(1_000)
      expect(tab.seen).toMatchObject({ logins: 1, signOuts: 0 })
    }), 60_000)
})
