import { randomUUID } from 'node:crypto'
import { decode } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import type { RefreshEvent, TokenRefreshOptions } from '../../../lib'
import { SECRET, startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

let clock: Clock
const servers: AuthServer[] = []
beforeEach(() => (clock = takeClock()))
afterEach(async () => {
  clock.restore()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

it('is not in the cookie unless asked for', async () => {
  const { browser } = await signedIn({})
  expect(await cookieOf(browser)).not.toContain('id-0')
  await renewed(browser)
  expect(await cookieOf(browser)).not.toContain('id-')
})

it('is kept on request, and replaced by what a renewal brings', async () => {
  const { browser } = await signedIn({ keepIdToken: true })
  expect(await cookieOf(browser)).toContain('"id-0"')
  await renewed(browser)
  expect(await cookieOf(browser)).toContain('"id-1"')
  expect(await cookieOf(browser)).not.toContain('id-0')
})

it('stays where a renewal brings none, or none that can be read', async () => {
  for (const id_token of [undefined, 42, '']) {
    const { browser } = await signedIn({ keepIdToken: true }, { id_token })
    await renewed(browser)
    expect(await cookieOf(browser)).toContain('"id-0"')
    expect(await cookieOf(browser)).toContain('access-1')
  }
})

it('is seen by no browser script and in no event', async () => {
  const { browser, events } = await signedIn({ keepIdToken: true })
  await renewed(browser)
  expect(JSON.stringify(await browser.session())).not.toContain('id-')
  expect(JSON.stringify(events)).not.toContain('id-')
})

it('is in no message of a refresh that fails with it', async () => {
  const { browser, events } = await signedIn({ keepIdToken: true, retries: 0 }, { fails: true })
  await renewed(browser)
  expect(events.map(({ type }) => type)).toContain('refresh-postponed')
  expect(JSON.stringify(events)).not.toContain('id-0')
})

it("leaves an app's own `idToken` alone", async () => {
  const { browser } = await signedIn({}, {}, 'of the app')
  await renewed(browser)
  expect(await cookieOf(browser)).toContain('"idToken":"of the app"')
})

async function signedIn(
  options: Partial<TokenRefreshOptions>,
  second: { id_token?: unknown; fails?: boolean } = { id_token: 'id-1' },
  ofTheApp?: string,
): Promise<{ browser: HttpBrowser; events: RefreshEvent[] }> {
  const events: RefreshEvent[] = []
  const user = { id: '1', access_token: 'access-0', refresh_token: randomUUID(), id_token: 'id-0', expires_in: 60 }
  const server = await startAuthServer({
    auth: {
      providers: [CredentialsProvider({ credentials: {}, authorize: () => user })],
      callbacks: { jwt: ({ token }) => ({ ...token, ...(ofTheApp && { idToken: ofTheApp }) }) },
    },
    refresh: {
      async refresh(tokenSet) {
        if (second.fails) throw new Error(`no answer to ${JSON.stringify(tokenSet)}`)
        return { access_token: 'access-1', refresh_token: randomUUID(), expires_in: 60, ...second }
      },
      ...options,
      onEvent: (event) => events.push(event),
    },
  })
  servers.push(server)
  const browser = server.browser()
  await browser.signIn()
  return { browser, events }
}

async function renewed(browser: HttpBrowser): Promise<void> {
  clock.pass(45)
  await browser.session()
}

/** All that the session cookie holds, as JSON. */
async function cookieOf(browser: HttpBrowser): Promise<string> {
  const token = browser.cookies.get('next-auth.session-token') ?? ''
  return JSON.stringify(await decode({ token, secret: SECRET }))
}
