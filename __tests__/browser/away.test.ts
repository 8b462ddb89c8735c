import type { Browser, Page } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { expectSteady, expectUndisturbed } from '../support/steady-renewals'
import { complaintsOf, openDashboard, untilRenewed } from '../support/watched-page'

/** Seconds: half of it is the window. */
const LIFETIME = 10
const THREE_LIFETIMES = 3 * LIFETIME * 1000

let demo: DemoWithBackend
const browsers: Browser[] = []

async function launch(): Promise<Browser> {
  const browser = await launchChromium()
  browsers.push(browser)
  return browser
}

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME })
}, 60_000)
afterAll(async () => {
  const { reuses, unauthorized } = demo.backend.counters
  await Promise.all(browsers.map((browser) => browser.close()))
  await demo.stop()
  expect({ reuses, unauthorized }).toEqual({ reuses: 0, unauthorized: 0 })
})

/** The longest pause between two ticks of the page's timers, in milliseconds, since it was last asked for. */
const longestStandstill = (page: Page) =>
  page.evaluate(() => {
    const state = globalThis as unknown as { standstill?: number }
    const longest = state.standstill ?? 0
    if (state.standstill === undefined) {
      let last = performance.now()
      setInterval(() => {
        const now = performance.now()
        state.standstill = Math.max(state.standstill ?? 0, now - last)
        last = now
      }, 50)
    }
    state.standstill = 0
    return longest
  })

/** What a machine's sleep or a frozen tab does to a page: it stands still, in the middle of whatever it does. */
async function stopPagesOf(browser: Browser, milliseconds: number): Promise<void> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  for (const { id } of renderers) process.kill(id, 'SIGSTOP')
  await delay(milliseconds)
  for (const { id } of renderers) process.kill(id, 'SIGCONT')
}

describe('the user notices nothing', () => {
  // Both away from a multiple of the poll's interval: next-auth's timer keeps to its beat.
  it.concurrent.each([
    ['until the window is open', 0.7 * LIFETIME * 1000],
    ['beyond the expiry', 1.7 * LIFETIME * 1000],
  ])('of a page that stood still %s, and one session request renews the token', async (_, milliseconds) => {
    const browser = await launch()
    const tab = await openDashboard(demo, await browser.newContext())
    await longestStandstill(tab.page)
    const renewals = await tab.renewals()
    tab.seen.sessionRequests = 0

    await stopPagesOf(browser, milliseconds)
    await untilRenewed(tab, renewals + 1)
    await delay(1_000)
    expect(await longestStandstill(tab.page)).toBeGreaterThan(milliseconds - 1_000)
    expect(tab.seen.sessionRequests).toBe(1)

    await delay(LIFETIME * 1000)
    expect(await tab.renewals()).toBeGreaterThan(renewals + 1)
    expectUndisturbed(tab)
  }, 60_000)

  it.concurrent('of a browser without `localStorage`, in three tabs', async () => {
    const context = await (await launch()).newContext()
    await context.addInitScript(() => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        },
      })
    })
    const tabs = [await openDashboard(demo, context)]
    while (tabs.length < 3) tabs.push(await openDashboard(demo, context))
    for (const { seen } of tabs) seen.sessionRequests = 0
    const complaints = tabs.map(({ page }) => complaintsOf(page))
    const before = await Promise.all(tabs.map(({ renewals }) => renewals()))
    await delay(THREE_LIFETIMES)

    tabs.forEach(expectUndisturbed)
    expect(complaints.flat()).toEqual([])
    const renewals = await Promise.all(tabs.map(async (tab, at) => (await tab.renewals()) - before[at]!))
    // Nobody hears of the others here: each tab asks for itself, once for each renewal that it misses.
    renewals.forEach((count) => expectSteady(count, THREE_LIFETIMES, LIFETIME))
    tabs.forEach(({ seen }, at) => expect(seen.sessionRequests).toBeLessThanOrEqual(renewals[at]! + 1))
  }, 90_000)
})

it('renders on the server what the browser does', async () => {
  const context = await (await launch()).newContext()
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await openDashboard(demo, context)
  // These come with their session: rendered by the server for who is signed in.
  for (const path of ['/server', '/dashboard', '/server']) {
    await page.goto(demo.origin + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByText('ada@example.com').first().waitFor()
  }
  expect(complaints).toEqual([])
}, 60_000)
