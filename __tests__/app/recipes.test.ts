import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import type { HttpBrowser } from '../support/http-browser'

/** Seconds: half of it is the window. */
const LIFETIME = 5
const UNTIL_DUE = 3_000

/** Read before anything is rendered, by `withAuthProps` or the middleware. */
const GUARDED_PAGES = ['server-rendered', 'server-axios', 'admin', 'middleware']
const GRACE = { email: 'grace@example.com', password: 'battery-staple' }

let demo: DemoWithBackend

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: LIFETIME })
}, 60_000)
afterAll(() => demo.stop())
beforeEach(() => demo.backend.reset())

async function signedIn(credentials?: typeof GRACE): Promise<HttpBrowser> {
  const browser = demo.browser()
  await browser.signIn(credentials)
  return browser
}

/** What Next's router asks for, to show a page without a reload. */
function navigate(browser: HttpBrowser, recipe: string) {
  const buildId = readFileSync('.next/BUILD_ID', 'utf8')
  return browser.request(`/_next/data/${buildId}/recipes/${recipe}.json?tab=1`, { headers: { 'x-nextjs-data': '1' } })
}

it.each(GUARDED_PAGES)('leads the signed-out from %s to the login page, with the way back', async (recipe) => {
  const { status, headers, text } = await demo.browser().request(`/recipes/${recipe}?tab=1`)
  expect(status).toBe(307)
  const { pathname, searchParams } = new URL(headers.get('location') ?? '', demo.origin)
  expect(pathname).toBe('/login')
  expect(searchParams.get('callbackUrl')).toBe(`/recipes/${recipe}?tab=1`)
  expect(text).not.toContain('example.com')
})

it.each(['server-rendered', 'server-axios', 'admin'])('leads those there who navigate to %s', async (recipe) => {
  const { json } = await navigate(demo.browser(), recipe)
  const callbackUrl = encodeURIComponent(`/recipes/${recipe}?tab=1`)
  expect(json).toMatchObject({ pageProps: { __N_REDIRECT: `/login?callbackUrl=${callbackUrl}` } })
})

it.each(GUARDED_PAGES)('serves %s to the signed-in', async (recipe) => {
  const { status, text } = await (await signedIn()).request(`/recipes/${recipe}`)
  expect(status).toBe(200)
  if (recipe !== 'middleware') expect(text).toContain('ada@example.com')
})

it('keeps a page for a role from others, signed in as they are', async () => {
  const browser = await signedIn(GRACE)
  const page = await browser.request('/recipes/admin')
  expect(page.status).toBe(403)
  expect(page.text).toContain('This page is for admins')
  const { status, json } = await navigate(browser, 'admin')
  expect(status).toBe(200)
  expect(json).toMatchObject({ pageProps: { forbidden: true, session: { user: { email: 'grace@example.com' } } } })
  expect(JSON.stringify(json)).not.toContain('"answer"')
})

it('keeps a session that is over out of the middleware, which asks no backend', async () => {
  const browser = await signedIn()
  demo.backend.revoke()
  await delay(UNTIL_DUE)
  expect((await browser.request('/recipes/middleware')).status).toBe(200)
  expect(demo.backend.counters.refreshes).toBe(0)
  expect(await browser.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
  const { status, headers } = await browser.request('/recipes/middleware')
  expect(status).toBe(307)
  expect(headers.get('location')).toContain('/login')
})

it('answers the signed-out with problem details where an API route is asked', async () => {
  const { status, headers, json } = await demo.browser().request('/api/recipes/profile')
  expect(status).toBe(401)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(json).toMatchObject({ status: 401 })
})

it('fails no poll of an API route over three lifetimes, and renews once in each', async () => {
  const browser = await signedIn()
  const until = Date.now() + 3 * LIFETIME * 1000
  while (Date.now() < until) {
    expect(await browser.request('/api/recipes/profile')).toMatchObject({ status: 200, json: { email: 'ada@example.com' } })
    await delay(250)
  }
  const { renewed, reuses, unauthorized } = demo.backend.counters
  expect({ reuses, unauthorized }).toEqual({ reuses: 0, unauthorized: 0 })
  // Whoever polls that often renews as soon as the window opens: after half a lifetime, up to a second of rounding aside.
  expect(renewed).toBeGreaterThanOrEqual(4)
  expect(renewed).toBeLessThanOrEqual(9)
}, 60_000)
