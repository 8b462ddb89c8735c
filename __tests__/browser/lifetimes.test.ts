import type { Browser } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend } from 'next-auth-refresh/testing'
import { launchChromium } from '../support/chromium'
import { startDemo, type DemoApp } from '../support/demo-app'
import { listen, type Listening } from '../support/listen'
import { expectUndisturbed } from '../support/steady-renewals'
import { openDashboard } from '../support/watched-page'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
/** The longest delay, in seconds, that a browser's timer holds. */
const TIMER_MAX = 2_147_483

/** Seconds: the lifetime, and the window in which the demo renews. */
const LIVES: [lifetime: number, window: number][] = [
  [30, 15],
  [MINUTE, 30],
  [5 * MINUTE, 75],
  [HOUR, 900],
  [DAY, HOUR],
  [30 * DAY, HOUR],
  [60 * DAY, HOUR],
]

const backends = LIVES.map(([accessTokenLifetime]) =>
  createTokenBackend({ accessTokenLifetime, refreshTokenLifetime: 90 * DAY, secret: 'one for all of them, of 32 bytes' }),
)
/** Which backend signs in now: one app serves users whose tokens live differently long. Each knows the tokens of all. */
let signingIn = 0

let server: Listening
let demo: DemoApp
let browser: Browser

beforeAll(async () => {
  server = await listen((req, res) => {
    // Only those of the first live so short that they are renewed here.
    const at = req.url === '/auth/login' ? signingIn : 0
    void backends[at]!.listener(req, res)
  })
  ;[demo, browser] = await Promise.all([startDemo({ API_BASE_URL: server.origin }), launchChromium()])
}, 60_000)
afterAll(async () => {
  await browser.close()
  await demo.stop()
  await server.close()
})

/** Seconds in a text such as `in 0:42` or `1:00:00`. */
const secondsIn = (text: string | null) =>
  (/[\d:]+/.exec(text ?? '')?.[0] ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

it('asks for nothing while tokens of any lifetime are fresh, and plans the poll inside their window', async () => {
  const tabs = []
  for (signingIn = 0; signingIn < LIVES.length; signingIn += 1) {
    tabs.push(await openDashboard(demo, await browser.newContext()))
  }
  const plans = await Promise.all(
    tabs.map(async ({ page }) => ({
      expiry: secondsIn(await page.getByTestId('countdown').textContent()),
      poll: secondsIn(await page.getByTestId('next-poll').textContent()),
    })),
  )
  await delay(8_000)

  for (const [at, [lifetime, window]] of LIVES.entries()) {
    const { expiry, poll } = plans[at]!
    expect(expiry).toBeLessThanOrEqual(lifetime)
    if (poll < TIMER_MAX - MINUTE) {
      // Both are shown in whole seconds, and a token's life ends on one.
      expect(expiry - poll).toBeLessThanOrEqual(window + 2)
      expect(expiry - poll).toBeGreaterThanOrEqual(window * 0.6 - 2)
    }
    // Shown rounded up, and counted from the clock.
    expect(poll).toBeLessThanOrEqual(TIMER_MAX + 1)
    const isLong = lifetime >= MINUTE
    if (isLong) expect({ lifetime, requests: tabs[at]!.seen.sessionRequests }).toEqual({ lifetime, requests: 0 })
    expectUndisturbed(tabs[at]!)
  }

  // The shortest one of them is renewed in time.
  await tabs[0]!.page.getByTestId('renewals').getByText('1').waitFor({ timeout: 25_000 })
  expect(tabs[0]!.seen.sessionRequests).toBe(1)
  expect(backends.map(({ counters }) => counters.reuses + counters.unauthorized)).toEqual(LIVES.map(() => 0))
}, 120_000)
