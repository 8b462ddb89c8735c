import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend } from 'next-auth-refresh/testing'
import { launchChromium } from '../support/chromium'
import { startDemo } from '../support/demo-app'
import { listen } from '../support/listen'
import { startRelay } from '../support/relay'
import { signIn, watch } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 10
/** From here on, the demo's window is open: after half of so short a life. */
const WINDOW_OPENS = LIFETIME / 2

it('polls each second through the proxy for 3 lifetimes, and no byte of a token reaches the browser', async () => {
  const issued: string[] = []
  const tokens = createTokenBackend({ accessTokenLifetime: LIFETIME })
  const backend = await listen((req, res) => {
    const end = res.end.bind(res)
    // Which tokens there are to look for.
    res.end = ((text: string) => {
      for (const [, token] of text.matchAll(/"(?:accessToken|refreshToken)":"([^"]+)"/g)) issued.push(token ?? '')
      return end(text)
    }) as typeof res.end
    void tokens.listener(req, res)
  })
  const relay = await startRelay()
  const settings = { API_BASE_URL: backend.origin, NEXTAUTH_URL: relay.origin, EXPOSE_ACCESS_TOKEN: 'false' }
  const [demo, browser] = await Promise.all([startDemo(settings), launchChromium()])
  relay.leadTo(demo.origin)

  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(`${relay.origin}/recipes/proxy`)
  await signIn(page)
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()
  await page.getByText('This browser holds no access token.').waitFor()
  const seen = watch(page)
  const before = { ...tokens.counters }
  await delay(3 * LIFETIME * 1000)

  const polls = tokens.counters.profiles - before.profiles
  expect(polls).toBeGreaterThanOrEqual(2.5 * LIFETIME)
  expect(await page.getByTestId('failed').textContent()).toBe('0')
  expect(Number(await page.getByTestId('answered').textContent())).toBeGreaterThanOrEqual(polls)
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
  expect(errors).toEqual([])

  // Each token was renewed once, by the first poll that found its window open.
  const { refreshes } = tokens.counters
  expect(refreshes).toBeGreaterThanOrEqual(3)
  expect(refreshes).toBeLessThanOrEqual((3 * LIFETIME) / WINDOW_OPENS + 1)
  expect(tokens.counters).toMatchObject({ renewed: refreshes, reuses: 0, unauthorized: 0 })
  expect(tokens.presentations()).toBe(1)
  const session = await page.evaluate(async () => (await fetch('/api/auth/session')).json() as Promise<unknown>)
  expect(session).toMatchObject({ tokenRefresh: { generation: tokens.counters.renewed } })

  await browser.close()
  await demo.stop()
  await Promise.all([relay.close(), backend.close()])
  const responses = relay.responses()
  // The session and the profile are among them.
  for (const text of ['"accessTokenExpiry":', 'next-auth.session-token=', '"ada@example.com"']) {
    expect(responses.filter((response) => response.includes(text)).length).toBeGreaterThanOrEqual(3)
  }
  // Two tokens a set. A part of a JWT says as much as the whole to whoever has the rest.
  expect(issued).toHaveLength(2 * (refreshes + 1))
  const secrets = issued.flatMap((token) => [token, ...token.split('.').slice(1)])
  expect(responses.filter((response) => secrets.some((secret) => response.includes(secret)))).toEqual([])
}, 120_000)
