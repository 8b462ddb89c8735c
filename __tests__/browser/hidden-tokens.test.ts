import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend } from 'next-auth-refresh/testing'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium'
import { startDemo, type DemoApp } from '../support/demo-app'
import { listen, type Listening } from '../support/listen'
import { startRelay, type Relay } from '../support/relay'
import { complaintsOf, signIn, watch } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 10
/** From here on, the demo's window is open: after half of so short a life. */
const WINDOW_OPENS = LIFETIME / 2

const tokens = createTokenBackend({ accessTokenLifetime: LIFETIME })
const issued: string[] = []
let backend: Listening
let relay: Relay
let demo: DemoApp
let browser: Browser

beforeAll(async () => {
  ;[backend, relay] = await Promise.all([listen(answerAndKeep), startRelay()])
  const settings = { API_BASE_URL: backend.origin, NEXTAUTH_URL: relay.origin, EXPOSE_ACCESS_TOKEN: 'false' }
  ;[demo, browser] = await Promise.all([startDemo(settings), launchChromium()])
  relay.leadTo(demo.origin)
}, 60_000)
afterAll(async () => {
  await browser.close()
  await demo.stop()
  await Promise.all([relay.close(), backend.close()])
})

/** The token backend, which tells the test which tokens there are to look for. */
function answerAndKeep(req: IncomingMessage, res: ServerResponse): void {
  const end = res.end.bind(res)
  res.end = ((text: string) => {
    for (const [, token = ''] of text.matchAll(/"(?:accessToken|refreshToken)":"([^"]+)"/g)) issued.push(token)
    return end(text)
  }) as typeof res.end
  void tokens.listener(req, res)
}

it('polls each second through the proxy for 3 lifetimes, and no byte of a token reaches the browser', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(`${relay.origin}/recipes/proxy`)
  await signIn(page)
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()
  await page.getByText('This browser holds no access token.').waitFor()
  const seen = watch(page)
  const before = tokens.counters.profiles
  await delay(3 * LIFETIME * 1000)

  const polls = tokens.counters.profiles - before
  expect(polls).toBeGreaterThanOrEqual(2 * LIFETIME)
  expect(await page.getByTestId('failed').textContent()).toBe('0')
  expect(Number(await page.getByTestId('answered').textContent())).toBeGreaterThanOrEqual(polls)
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
  expect(complaints).toEqual([])
  // Asked when no poll can be on its way any more.
  await page.close()
  await delay(1_000)
  const session: unknown = await (await context.request.get(`${relay.origin}/api/auth/session`)).json()
  await context.close()

  // Each token was renewed once, by the first poll that found its window open.
  const { renewed } = tokens.counters
  expect(renewed).toBeGreaterThanOrEqual(3)
  expect(renewed).toBeLessThanOrEqual((3 * LIFETIME) / WINDOW_OPENS + 1)
  expect(tokens.counters).toMatchObject({ refreshes: renewed, reuses: 0, unauthorized: 0 })
  expect(tokens.presentations()).toBe(1)
  expect(session).toMatchObject({ tokenRefresh: { generation: renewed } })

  const responses = relay.responses()
  // The session and the profile are among them.
  for (const text of ['"accessTokenExpiry":', 'next-auth.session-token=', '"ada@example.com"']) {
    expect(responses.filter((response) => response.includes(text)).length).toBeGreaterThanOrEqual(3)
  }
  expect(issued.length).toBe(2 * (renewed + 1))
  // Nor a part of a token that says whose it is or proves it.
  const secrets = issued.flatMap((token) => [token, ...token.split('.').slice(1)])
  expect(responses.filter((response) => secrets.some((secret) => response.includes(secret)))).toEqual([])
}, 120_000)
