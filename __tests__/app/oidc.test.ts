import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { decode } from 'next-auth/jwt'
import type { DemoApp } from '../support/demo-app'
import { createHttpBrowser, type HttpBrowser } from '../support/http-browser'
import { startOidcDemo } from '../support/oidc-demo'
import { startOidc, type OidcServer } from '../support/oidc-server'
import { ADA, GRACE, signInThrough } from '../support/oidc-sign-in'

/** Seconds; half of it is the window. */
const LIFETIME = 10
const UNTIL_DUE = 5_500
const LOAD_MS = 60_000
const SECRET = randomBytes(32).toString('base64url')

interface World {
  oidc: OidcServer
  confidential: DemoApp
  open: DemoApp
}

let started: Promise<World> | undefined
/** Concurrent tests don't wait for hooks: the first of them starts what they share. */
const world = () => (started ??= startWorld())
/** Everyone who has signed in: the provider's counters have to be the sum of what they have seen. */
const everyone: HttpBrowser[] = []

async function startWorld(): Promise<World> {
  const oidc = await startOidc({ host: 'localhost', accessTokenLifetime: LIFETIME })
  const [confidential, open] = await Promise.all([
    startOidcDemo(oidc, 'basic', { NEXTAUTH_SECRET: SECRET }),
    startOidcDemo(oidc, 'public', { NEXTAUTH_SECRET: SECRET }),
  ])
  return { oidc, confidential, open }
}

afterAll(async () => {
  const { oidc, confidential, open } = await world()
  await Promise.all([confidential.stop('SIGKILL'), open.stop('SIGKILL'), oidc.stop()])
})

async function signedIn(app: DemoApp, credentials = ADA): Promise<HttpBrowser> {
  const browser = createHttpBrowser(app.origin)
  const { headers } = await signInThrough(browser, 'demo', { credentials })
  expect(headers.get('location')).not.toContain('error')
  expect(await browser.session()).toMatchObject({ user: { email: credentials.email } })
  everyone.push(browser)
  return browser
}

/** How often the tokens of the session have been renewed. */
async function generationOf(browser: HttpBrowser): Promise<number> {
  return ((await browser.session())['tokenRefresh'] as { generation: number }).generation
}

it.concurrent('keeps its users signed in under a mixed load, at a provider that revokes for each reuse', async () => {
  const users = [ADA, GRACE, ADA]
  const { confidential } = await world()
  const browsers = await Promise.all(users.map((credentials) => signedIn(confidential, credentials)))
  const until = Date.now() + LOAD_MS
  const answers: Record<string, number> = {}
  const seen = async (what: string) => void (answers[what] = (answers[what] ?? 0) + 1)

  /** One tab's or script's requests: the tabs of a browser share its cookies. */
  async function repeat(pause: number, ask: () => Promise<unknown>): Promise<void> {
    for (; Date.now() < until; await delay(pause)) await ask()
  }

  await Promise.all(
    browsers.flatMap((browser, index) => [
      ...[900, 1_100].map((pause) => repeat(pause, async () => seen(`session ${String((await browser.session())['error'])}`))),
      repeat(500, async () => {
        const both = await Promise.all([browser.request('/api/me'), browser.request('/api/me', { losesCookies: true })])
        for (const { status, json } of both) await seen(`me ${status} ${(json as typeof ADA).email === users[index]?.email}`)
      }),
      repeat(2_000, async () => seen(`page ${(await browser.request('/server')).status}`)),
    ]),
  )
  expect(Object.keys(answers).sort()).toEqual(['me 200 true', 'page 200', 'session undefined'])
  for (const browser of browsers) expect(await generationOf(browser)).toBeGreaterThanOrEqual(5)
}, 120_000)

it.concurrent('needs one refresh for 30 requests at once, also as a public client with PKCE', async () => {
  const browser = await signedIn((await world()).open)
  for (const generation of [1, 2]) {
    await delay(UNTIL_DUE)
    const paths = ['/api/auth/session', '/api/me', '/server']
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => browser.request(paths[index % 3] ?? '/')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await generationOf(browser)).toBe(generation)
  }
}, 60_000)

it('has the provider count as many refreshes as there were renewals, none refused, and no grant revoked', async () => {
  const { oidc } = await world()
  const signIns = everyone.length
  const rotations = (await Promise.all(everyone.map(generationOf))).reduce((sum, generation) => sum + generation)
  expect(await oidc.counters()).toMatchObject({
    grants: { authorization_code: signIns, refresh_token: rotations },
    consumed: rotations,
    errors: {},
    reuses: 0,
    revoked: 0,
  })
}, 30_000)

it('revokes the refresh token at sign-out', async () => {
  const { oidc, open } = await world()
  const browser = await signedIn(open, GRACE)
  const { refreshToken } = (await decode({ token: browser.cookies.get('next-auth.session-token') ?? '', secret: SECRET })) ?? {}
  expect(await oidc.isAlive(String(refreshToken))).toBe(true)
  await browser.signOut()
  expect(await oidc.isAlive(String(refreshToken))).toBe(false)
  expect((await oidc.counters()).revoked).toBe(1)
}, 30_000)
