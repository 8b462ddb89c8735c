import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium'
import { startDemoWithBackend, type DemoWithBackend } from '../support/demo-app'
import { GRACE, signIn, watch } from '../support/watched-page'

let demo: DemoWithBackend
let browser: Browser

beforeAll(async () => {
  demo = await startDemoWithBackend({ accessTokenLifetime: 60 })
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser.close()
  await demo.stop()
})

/** From the list of recipes, by its link: within the app, without a reload. */
async function open(page: Page, recipe: string): Promise<void> {
  await page.getByRole('main').locator(`a[href="/recipes/${recipe}"]`).click()
}
const arrival = (page: Page, path: string) => page.waitForURL((url) => url.pathname === path)

it.each(['server-rendered', 'middleware'])('leads from a link to %s through the login page and there, without a reload', async (recipe) => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/recipes`)
  const seen = watch(page)
  await open(page, recipe)
  await arrival(page, '/login')
  expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe(`/recipes/${recipe}`)
  await signIn(page)
  await arrival(page, `/recipes/${recipe}`)
  await page.getByRole('main').getByText('Ada Lovelace').first().waitFor()
  expect(seen.loads).toBe(0)
  await page.close()
}, 30_000)

it('starts a server-rendered page with its session: the browser asks for none', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/recipes/server-rendered`)
  await signIn(page)
  await arrival(page, '/recipes/server-rendered')
  const seen = watch(page)
  await page.reload()
  await page.getByRole('main').getByText('ada@example.com').waitFor()
  expect(seen.sessionRequests).toBe(0)
  await page.close()
}, 30_000)

it('tells those without the role so on a navigation, without a reload', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.origin}/login?callbackUrl=/recipes`)
  await signIn(page, ...GRACE)
  await arrival(page, '/recipes')
  const seen = watch(page)
  await open(page, 'admin')
  await page.getByText('This page is for admins').waitFor()
  expect(seen).toMatchObject({ loads: 0, logins: 0, signOuts: 0 })
  await page.close()
}, 30_000)
