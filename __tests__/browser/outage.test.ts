import type { Browser } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { expectUndisturbed } from '../support/steady-renewals'
import { openDashboard } from '../support/watched-page'

let browser: Browser
let demo: DemoWithBackend | undefined

beforeAll(async () => {
  browser = await launchChromium()
}, 60_000)
afterEach(async () => {
  await demo?.stop()
  demo = undefined
})
afterAll(() => browser.close())

it('outlives a backend that is down beyond the expiry', async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: 10 })
  const tab = await openDashboard(demo, await browser.newContext())
  demo.backend.inject({ kind: 'unavailable', times: Infinity })
  await delay(30_000)
  expectUndisturbed(tab)
  expect(await tab.renewals()).toBe(0)
  // Polls and tries grow apart: a trickle, where each request's own try would be a storm.
  expect(tab.seen.sessionRequests).toBeLessThanOrEqual(12)
  expect(demo.backend.counters.refreshes).toBeLessThanOrEqual(40)

  demo.backend.clearFaults()
  await tab.page.waitForFunction(() => Number(document.querySelector('[data-testid=renewals]')?.textContent) > 0, undefined, {
    timeout: 45_000,
  })
  await delay(1_000)
  expectUndisturbed(tab)
}, 120_000)
