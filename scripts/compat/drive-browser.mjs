import { listen } from './console.mjs'

/** Longer than a build's server ever needs, and enough for development's, which compiles on demand. */
const PATIENCE_MS = 60_000

/**
 * Does in a real browser what a user does: is led to the login page and back, stays signed in while the page is open,
 * meets a server-rendered page, and signs out. Throws where something is amiss, or where the console is not empty.
 */
export async function driveInBrowser(browser, origin, { renewals }) {
  const context = await browser.newContext()
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const heard = listen(page)
  const at = (path) => page.waitForURL((url) => url.pathname + url.search === path)
  const shown = (name, text) => page.getByTestId(name).getByText(text, { exact: true }).waitFor()

  await page.goto(origin)
  await page.getByText('signed out').waitFor()
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await at('/login?callbackUrl=%2Fdashboard')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password').fill('correct-horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await at('/dashboard')
  await shown('email', 'ada@example.com')
  await shown('status', 'authenticated')

  let loads = 0
  page.on('load', () => (loads += 1))
  await shown('polled', 'ada@example.com')
  const first = await page.getByTestId('token').textContent()
  await shown('renewals', String(renewals))
  const renewed = await page.getByTestId('token').textContent()
  expect(first && renewed && renewed !== first, 'has a new token after a renewal')
  expect(loads === 0, 'is renewed without a reload')
  await shown('polled', 'ada@example.com')

  await page.getByRole('link', { name: 'Server-rendered' }).click()
  await at('/token')
  await shown('rendered-for', 'ada@example.com')
  expect(loads === 0, 'goes to a server-rendered page without a reload')
  await page.reload()
  await shown('rendered-for', 'ada@example.com')
  await shown('status', 'authenticated')
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await shown('email', 'ada@example.com')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await at('/login?callbackUrl=%2Fdashboard')
  expect(heard.length === 0, `keeps the console empty:\n${heard.join('\n')}`)
  const session = await (await context.request.get(`${origin}/api/auth/session`)).text()
  expect(session === '{}', 'is signed out')
  const counters = await (await context.request.get(`${origin}/api/counters`)).json()
  expect(counters.reuses === 0 && counters.presentations === 1, 'spends each refresh token once')
  // SWR asks once in two seconds, whatever the interval; a token lives for eight.
  const polls = `polls the backend with a good token each time, as in ${JSON.stringify(counters)}`
  expect(counters.profiles >= 2 * renewals && counters.unauthorized === 0, polls)
  expect(counters.logouts === 1, 'ends the tokens at the backend on sign-out')
  await context.close()
}

/** Whether React's complaints about hydration are heard at all; where they are not, silence would prove nothing. */
export async function hearsMismatch(browser, origin) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const heard = listen(page)
  await page.goto(`${origin}/mismatch`)
  await page.getByText('browser').or(page.getByText('server')).first().waitFor()
  for (let tries = 0; tries < 50 && heard.length === 0; tries += 1) await page.waitForTimeout(100)
  await context.close()
  return heard.some((line) => /hydrat|did not match/i.test(line))
}

function expect(holds, what) {
  if (!holds) throw new Error(`In the browser, the app fails where it ${what}.`)
}
