import type { Browser } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { expectSteady, expectUndisturbed } from '../support/steady-renewals'
import { openDashboard } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 20

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

it('asks once a tab for every renewal, over five tabs and three lifetimes', async () => {
  const context = await browser.newContext()
  const first = await openDashboard(demo, context)
  const tabs = [first]
  while (tabs.length < 5) tabs.push(await openDashboard(demo, context))
  const before = demo.backend.counters.renewed
  for (const { seen } of tabs) seen.sessionRequests = 0

  await delay(3 * LIFETIME * 1000)

  const renewals = demo.backend.counters.renewed - before
  expectSteady(renewals, 3 * LIFETIME * 1000, LIFETIME)
  tabs.forEach(expectUndisturbed)
  const requests = tabs.reduce((sum, { seen }) => sum + seen.sessionRequests, 0)
  expect(requests).toBeLessThanOrEqual(tabs.length * renewals + tabs.length)
  expect(demo.backend.counters).toMatchObject({ reuses: 0, unauthorized: 0 })
}, 120_000)
