import type { BrowserContext, Page } from 'playwright-core'
import { setTimeout as delay } from 'node:timers/promises'
import type { DemoApp } from './demo-app'

/** A page, and what a user would be startled by on it or the server would have to pay for. */
export interface WatchedPage {
  page: Page
  seen: Seen
  /** How often the token was renewed, as the page shows it. */
  renewals(): Promise<number>
  /** The path and query of where the page is. */
  path(): string
}

export interface Seen {
  /** Visits to the login page. */
  logins: number
  loads: number
  signOuts: number
  sessionRequests: number
}

export async function signIn(page: Page, email = 'ada@example.com', password = 'correct-horse'): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

export const GRACE = ['grace@example.com', 'battery-staple'] as const

/** Counts from now on. */
export function watch(page: Page): Seen {
  const seen: Seen = { logins: 0, loads: 0, signOuts: 0, sessionRequests: 0 }
  page.on('framenavigated', (frame) => {
    if (new URL(frame.url()).pathname === '/login') seen.logins += 1
  })
  page.on('load', () => (seen.loads += 1))
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname === '/api/auth/signout' && request.method() === 'POST') seen.signOuts += 1
    if (pathname === '/api/auth/session') seen.sessionRequests += 1
  })
  return seen
}

/** What the page complains of from now on: in its console, or by throwing. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  return complaints
}

/** Waits for the moment to compare counters: a poll has just been answered, so none is under way or near. */
export async function untilPolled(page: Page): Promise<void> {
  await page.waitForResponse((response) => new URL(response.url()).pathname === '/api/auth/session')
  await delay(1_000)
}

/** Waits until the page shows that the token was renewed so often; on a busy machine, that takes its time. */
export async function untilRenewed({ page }: WatchedPage, renewals: number): Promise<void> {
  await page.getByTestId('renewals').getByText(String(renewals), { exact: true }).waitFor({ timeout: 5_000 })
}

/** Signs in on the dashboard and watches it from then on. */
export async function openDashboard(
  demo: DemoApp,
  context: BrowserContext,
  credentials: readonly [email?: string, password?: string] = [],
): Promise<WatchedPage> {
  const page = await context.newPage()
  await page.goto(`${demo.origin}/dashboard`)
  const login = page.getByLabel('E-mail')
  const profile = page.getByTestId('profile').getByText('@example.com')
  await login.or(profile).first().waitFor()
  if (await login.isVisible()) await signIn(page, ...credentials)
  await profile.waitFor()
  return {
    page,
    seen: watch(page),
    renewals: async () => Number(await page.getByTestId('renewals').textContent()),
    path() {
      const { pathname, search } = new URL(page.url())
      return pathname + search
    },
  }
}
