import type { Browser, Page } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../support/chromium'
import type { DemoApp } from '../support/demo-app'
import { startOidcDemo } from '../support/oidc-demo'
import { startOidc, type OidcServer } from '../support/oidc-server'
import { complaintsOf, untilPolled, watch } from '../support/watched-page'

/** Seconds. */
const LIFETIME = 8
const LEFT_ALONE = 20

let oidc: OidcServer
let demo: DemoApp
let browser: Browser

beforeAll(async () => {
  // Another site than the demo's, as providers are: cookies and redirects cross it.
  oidc = await startOidc({ host: 'localhost', accessTokenLifetime: LIFETIME })
  demo = await startOidcDemo(oidc, 'basic')
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser.close()
  await Promise.all([demo.stop(), oidc.stop()])
})

async function startSignIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with the demo provider' }).click()
  await page.waitForURL((url) => url.origin === oidc.issuer)
}

async function typePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

it('signs in on the pages of the provider, stays so, and signs out there and here', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${demo.origin}/dashboard?tab=1#here`)
  await startSignIn(page)
  await typePassword(page, 'wrong')
  await page.getByRole('alert').getByText('wrong').waitFor()
  await typePassword(page, 'correct-horse')
  await page.waitForURL(`${demo.origin}/dashboard?tab=1#here`)
  await page.getByTestId('profile').getByText('ada@example.com').waitFor()

  const seen = watch(page)
  const complaints = complaintsOf(page)
  await delay(LEFT_ALONE * 1000)
  await untilPolled(page)
  const renewals = Number(await page.getByTestId('renewals').textContent())
  expect(renewals).toBeGreaterThanOrEqual(3)
  expect(await oidc.counters()).toMatchObject({
    grants: { refresh_token: renewals },
    consumed: renewals,
    errors: {},
    revoked: 0,
  })
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0, sessionRequests: renewals })
  expect(complaints).toEqual([])

  const other = await context.newPage()
  await other.goto(`${demo.origin}/dashboard`)
  await other.getByTestId('profile').getByText('ada@example.com').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL((url) => url.origin === oidc.issuer)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${demo.origin}/`)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor()
  expect((await context.cookies()).filter(({ name }) => /session/.test(name))).toEqual([])
  expect(await oidc.counters()).toMatchObject({ signOuts: 1, requests: { '/token/revocation': 1 } })
  await other.waitForURL((url) => url.pathname === '/login', { timeout: LIFETIME * 1000 })

  await page.goto(`${demo.origin}/login`)
  await startSignIn(page)
  await page.getByLabel('Password').waitFor()
  await context.close()
}, 120_000)

it('comes back without a session from a sign-in that was given up', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/login`)
  await startSignIn(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL((url) => url.origin === demo.origin && url.pathname === '/login')
  await page.getByRole('alert').getByText('without having signed in').waitFor()
  await page.close()
}, 30_000)
