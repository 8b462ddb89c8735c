import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend, type TokenBackend } from 'next-auth-refresh/testing'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium'
import { startDemo, startDemoWithBackend, type DemoApp, type DemoWithBackend } from '../support/demo-app'
import { listen, type Listening } from '../support/listen'
import { signIn, watch } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 10
const LIFETIMES = 3
const AT_ONCE = 20

let browser: Browser
let demo: DemoWithBackend

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemoWithBackend({ accessTokenLifetime: LIFETIME }), launchChromium()])
}, 60_000)
afterAll(async () => {
  await browser.close()
  await demo.stop()
})

async function open(app: DemoApp, path: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(app.origin + path)
  await signIn(page)
  await page.waitForURL(app.origin + path)
  return page
}

const numberIn = async (page: Page, name: string) => Number(await page.getByTestId(name).textContent())

it('polls an API route each second through SWR for three lifetimes, and no poll fails', async () => {
  const page = await open(demo, '/recipes/swr')
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()
  const seen = watch(page)
  const { backend } = demo
  const before = backend.counters.renewed
  const polled = await numberIn(page, 'answered')
  await delay(LIFETIMES * LIFETIME * 1000)
  const renewed = backend.counters.renewed - before

  expect(await numberIn(page, 'failed')).toBe(0)
  expect((await numberIn(page, 'answered')) - polled).toBeGreaterThanOrEqual((LIFETIMES * LIFETIME * 2) / 3)
  expect(await page.getByTestId('profile').textContent()).toContain('ada@example.com')
  // Each token is renewed once, in its window: the second half of its life.
  expect(renewed).toBeGreaterThanOrEqual(LIFETIMES)
  expect(renewed).toBeLessThanOrEqual(2 * LIFETIMES)
  expect(backend.counters).toMatchObject({ unauthorized: 0, reuses: 0, refused: 0 })
  expect(backend.presentations()).toBe(1)
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
  await page.context().close()
}, 90_000)

describe('axios in the browser, with a backend of another origin', () => {
  let backend: TokenBackend
  let api: Listening
  let elsewhere: Listening
  let app: DemoApp
  const seenElsewhere: (string | undefined)[] = []
  let redirectsTo: string | undefined

  beforeAll(async () => {
    backend = createTokenBackend({ accessTokenLifetime: 60 })
    elsewhere = await listen(
      withCors((req, res) => {
        if (req.url === '/users/me') seenElsewhere.push(req.headers.authorization)
        res.end('{}')
      }),
    )
    const answer = withCors((req, res) => {
      if (!redirectsTo) return void backend.listener(req, res)
      res.writeHead(307, { location: `${redirectsTo}/users/me` }).end()
    })
    api = await listen(answer)
    app = await startDemo({ API_BASE_URL: api.origin })
  }, 60_000)
  afterAll(async () => {
    await app.stop()
    await api.close()
    await elsewhere.close()
  })

  it('answers twenty 401s at once with one renewal and twenty replays, and follows no redirect with the token', async () => {
    const page = await open(app, '/recipes/client-axios')
    const seen = watch(page)
    const updates: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/auth/session')) updates.push(request.url())
    })
    const send = page.getByRole('button', { name: `Send ${AT_ONCE} requests` })
    // A token that is younger than 5 s is not renewed for a 401.
    await delay(5_000)
    backend.revokeAccessTokens()
    const before = backend.counters
    await send.click()
    await page.getByTestId('answered').getByText(String(AT_ONCE)).waitFor()
    const after = backend.counters
    expect(await numberIn(page, 'failed')).toBe(0)
    expect(after.unauthorized - before.unauthorized).toBe(AT_ONCE)
    expect(after.profiles - before.profiles).toBe(2 * AT_ONCE)
    expect(after.renewed - before.renewed).toBe(1)
    expect(updates).toHaveLength(1)
    await page.getByTestId('renewals').getByText('1', { exact: true }).waitFor()

    redirectsTo = elsewhere.origin
    await send.click()
    while (seenElsewhere.length < AT_ONCE) await delay(50)
    expect(seenElsewhere.filter(Boolean)).toEqual([])
    expect(backend.counters).toMatchObject({ reuses: 0, refused: 0 })
    expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
    await page.context().close()
  }, 60_000)
})

/** Lets pages of any origin send requests, with a token. */
function withCors(answer: RequestListener): RequestListener {
  return (req: IncomingMessage, res: ServerResponse) => {
    res.setHeader('Access-Control-Allow-Origin', '*')
    res.setHeader('Access-Control-Allow-Headers', 'Authorization')
    if (req.method !== 'OPTIONS') return answer(req, res)
    res.statusCode = 204
    res.end()
  }
}
