import type { NextApiRequest, NextApiResponse } from 'next'
import type { NextAuthOptions } from 'next-auth'
import { decode, encode } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { oauthBackend, restBackend, withTokenRefresh, type TokenRefreshOptions } from '../../../lib'
import { createFederatedSignOut, type FederatedSignOutOptions } from '../../../lib/server'
import { SECRET, startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import { createHttpBrowser, type Answer, type HttpBrowser } from '../../support/http-browser'
import { listen, type Listening } from '../../support/listen'
import { oidcProvider } from '../../support/oidc-provider'
import { startOidc, type OidcServer } from '../../support/oidc-server'
import { signInThrough } from '../../support/oidc-sign-in'

const ROUTE = '/api/auth/federated-sign-out'
const SESSION = 'next-auth.session-token'
const OWN = { 'sec-fetch-site': 'same-origin' }

let oidc: OidcServer
let clock: Clock
const apps: AuthServer[] = []
const warnings: string[] = []
beforeAll(async () => (oidc = await startOidc({ accessTokenLifetime: 60 })), 60_000)
beforeEach(() => (clock = takeClock()))
afterEach(async () => {
  clock.restore()
  warnings.length = 0
  await Promise.all(apps.splice(0).map((app) => app.close()))
})
afterAll(() => oidc.stop())

describe('a federated sign-out', () => {
  it('ends both sessions, and leads back to the page that was asked for', async () => {
    const { app, browser, atProvider, tokens } = await signedIn({ refresh: { keepIdToken: true } })
    const old = new Map(browser.cookies)
    const leaving = await post(browser, { callbackUrl: '/bye?really=1' })
    expect(leaving.status).toBe(303)
    expect(leaving.headers.get('cache-control')).toBe('no-store')
    const address = new URL(leaving.headers.get('location') ?? '')
    expect(address.origin + address.pathname).toBe(`${oidc.issuer}/session/end`)
    expect(Object.fromEntries(address.searchParams)).toEqual({
      id_token_hint: expect.stringMatching(/^ey/),
      post_logout_redirect_uri: app.origin + ROUTE,
      state: expect.stringMatching(/^.{32}$/),
    })
    expect(await browser.session()).toEqual({})
    expect(await oidc.isAlive(tokens.refresh_token)).toBe(false)

    const back = await confirmAt(atProvider, address)
    expect(back.origin + back.pathname).toBe(app.origin + ROUTE)
    const landing = await browser.request(back.pathname + back.search)
    expect([landing.status, landing.headers.get('location')]).toEqual([303, '/bye?really=1'])
    expect([...browser.cookies.keys()].filter((name) => /session-token|sign-out/.test(name))).toEqual([])
    expect(await asksForPassword(browser, atProvider)).toBe(true)
    // A response that was under way can't bring it back.
    clock.pass(40)
    expect(await browser.session({ cookies: old, losesCookies: true })).toMatchObject({ error: 'RefreshAccessTokenError' })
  })

  it('names the client where no ID token was kept, and then the provider asks', async () => {
    const { browser, atProvider } = await signedIn()
    const address = await leave(browser)
    expect(address.searchParams.get('client_id')).toBe('basic')
    expect(address.searchParams.has('id_token_hint')).toBe(false)
    expect((await atProvider.request(address.href)).text).toContain('Sign out here, too?')
    const back = await confirmAt(atProvider, address)
    expect((await browser.request(back.pathname + back.search)).headers.get('location')).toBe('/')
  })

  it('shows the ID token of the latest renewal, also from an old cookie', async () => {
    const { browser, tokens } = await signedIn({ refresh: { keepIdToken: true } })
    clock.pass(40)
    await browser.session({ losesCookies: true })
    const hint = (await leave(browser)).searchParams.get('id_token_hint')
    expect(hint).toMatch(/^ey/)
    expect(hint).not.toBe(tokens.id_token)
    expect((await oidc.counters()).reuses).toBe(0)
  })

  it('knows the provider, where there is one alone, of a session from before this library was there', async () => {
    const { browser } = await signedIn({ auth: { providers: [oidcProvider(oidc, 'basic')] } })
    const token = (await decode({ token: browser.cookies.get(SESSION) ?? '', secret: SECRET })) ?? {}
    delete token['tokenRefresh']
    browser.cookies.set(SESSION, await encode({ token, secret: SECRET }))
    const address = await leave(browser)
    expect([address.origin, address.searchParams.get('client_id')]).toEqual([oidc.issuer, 'basic'])
    expect(await oidc.isAlive(String(token['refreshToken']))).toBe(false)
  })

  it('answers scripts with the address', async () => {
    const { browser } = await signedIn()
    const answer = await browser.request(ROUTE, { method: 'POST', headers: OWN, json: { json: true } })
    expect(answer.json).toEqual({ url: expect.stringMatching(`^${oidc.issuer}/session/end\\?client_id=basic&`) })
    expect(await browser.session()).toEqual({})
  })

  it("runs the app's own sign-out event, once", async () => {
    const signOut = jest.fn()
    const { browser } = await signedIn({ auth: { events: { signOut } } })
    await leave(browser)
    expect(signOut).toHaveBeenCalledTimes(1)
    expect(signOut).toHaveBeenCalledWith({ token: expect.objectContaining({ email: 'ada@example.com' }) })
  })

  it('comes back to `path`, which the request doesn’t show behind a base path', async () => {
    const { app, browser } = await signedIn({ route: { path: `/base${ROUTE}` } })
    const leaving = await post(browser)
    expect(new URL(leaving.headers.get('location') ?? '').searchParams.get('post_logout_redirect_uri')).toBe(`${app.origin}/base${ROUTE}`)
    expect(leaving.headers.getSetCookie().filter((cookie) => cookie.includes(`Path=/base${ROUTE};`))).toHaveLength(1)
  })

  it('goes where the app says for a provider with a sign-out of its own making', async () => {
    const { browser } = await signedIn({
      route: { endSessionURL: ({ clientId, returnTo }) => `https://idp.example/logout?client=${clientId}&to=${encodeURIComponent(returnTo)}` },
    })
    const { href } = await leave(browser)
    expect(href).toMatch(/^https:\/\/idp\.example\/logout\?client=basic&to=http/)
  })
})

describe('a user whose provider has nothing to end', () => {
  it.each<[string, Partial<Setup>]>([
    ['signed in with a password', { signsIn: (browser) => browser.signIn() }],
    ['states no end_session_endpoint', { provider: () => ({ wellKnown: undefined, issuer: oidc.issuer, token: `${oidc.issuer}/token` }) }],
    ['is told to by the app', { route: { endSessionURL: () => undefined } }],
  ])('is signed out here: %s', async (_, setup) => {
    const { browser } = await signedIn(setup)
    expect((await post(browser)).headers.get('location')).toBe('/')
    expect(await browser.session()).toEqual({})
    expect(warnings).toEqual([])
  })

  it('goes on where nobody is signed in', async () => {
    const { app } = await started()
    const browser = app.browser()
    const answer = await post(browser, { callbackUrl: '/bye' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/bye'])
  })

  it.each([
    ['can not be reached', () => 'http://127.0.0.1:9/'],
    ['answers without JSON', () => `${oidc.issuer}/nowhere/.well-known/openid-configuration`],
    ['has an address that is none', () => 'no address'],
  ])('is signed out here, with a warning, when its discovery document %s', async (_, wellKnown) => {
    const { app, browser, tokens } = await signedIn({ refresh: { keepIdToken: true } })
    const provider = app.authOptions.providers.find(({ id }) => id === 'basic')
    Object.assign(provider ?? {}, { wellKnown: wellKnown() })
    const answer = await post(browser, { callbackUrl: '/bye' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/bye'])
    expect(await browser.session()).toEqual({})
    expect(warnings).toEqual([expect.stringMatching(/^Signed out here, but not at the provider "basic"\. /)])
    expect(warnings.join()).not.toContain(tokens.id_token)
  })
})

describe('a provider that keeps the sign-out waiting, or has no TLS', () => {
  const environment = process.env as { NODE_ENV?: string | undefined }
  const before = environment.NODE_ENV
  let hanging: Listening | undefined
  afterEach(async () => {
    environment.NODE_ENV = before
    await hanging?.close()
    hanging = undefined
  })

  it('is waited for no longer than 3 s', async () => {
    const { origin } = (hanging = await listen(() => {}))
    const { browser } = await signedIn({ provider: () => ({ wellKnown: `${origin}/.well-known/x` }), refresh: { revoke: async () => {} } })
    const began = performance.now()
    expect((await post(browser)).headers.get('location')).toBe('/')
    expect(performance.now() - began).toBeLessThan(6_000)
    expect(await browser.session()).toEqual({})
  }, 20_000)

  it.each([
    ['is not asked in production', undefined, /is not HTTPS/],
    ['is asked where `allowInsecure` of `withTokenRefresh` names it', ['basic'], /can't be reached/],
  ])('%s', async (_, allowInsecure, warning) => {
    const { browser } = await signedIn({
      provider: () => ({ wellKnown: 'http://idp.invalid/.well-known/openid-configuration' }),
      refresh: { revoke: async () => {}, ...(allowInsecure && { allowInsecure }) },
    })
    environment.NODE_ENV = 'production'
    expect((await post(browser)).headers.get('location')).toBe('/')
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe('a request of another site', () => {
  it.each([
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['an Origin that is null', { origin: 'null' }],
    ['no word of where it comes from', {}],
    ['a foreign site that claims this origin', { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1' }],
  ])('signs nobody out: %s', async (_, headers) => {
    const { browser } = await signedIn()
    const cookies = new Map(browser.cookies)
    const form: Record<string, string>[] = [{}, { csrfToken: 'guessed' }, { csrfToken: '' }, { csrfToken: 'undefined' }]
    for (const fields of form) {
      const answer = await browser.request(ROUTE, { method: 'POST', headers, form: fields })
      expect([answer.status, answer.headers.getSetCookie(), answer.headers.get('location')]).toEqual([403, [], null])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
    // Without any cookies, next-auth would make up a token that anyone could then guess to be accepted.
    expect((await browser.request(ROUTE, { method: 'POST', headers, form: {}, cookies: new Map() })).status).toBe(403)
    expect(browser.cookies).toEqual(cookies)
    expect(await browser.session()).toMatchObject({ user: { email: 'ada@example.com' } })
  })

  it.each([
    ['Sec-Fetch-Site', () => OWN],
    ['Origin', (app: AuthServer) => ({ origin: app.origin })],
  ])('is told from one of this app by %s', async (_, headers) => {
    const { app, browser } = await signedIn()
    expect((await browser.request(ROUTE, { method: 'POST', headers: headers(app), form: {} })).status).toBe(303)
    expect(await browser.session()).toEqual({})
  })

  it("is told from one of this app by next-auth's CSRF token", async () => {
    const { browser } = await signedIn()
    const { csrfToken } = (await browser.request('/api/auth/csrf')).json as { csrfToken: string }
    expect((await browser.request(ROUTE, { method: 'POST', form: { csrfToken } })).status).toBe(303)
    expect(await browser.session()).toEqual({})
  })

  it.each(['GET', 'HEAD'])('signs nobody out with %s', async (method) => {
    const { browser } = await signedIn()
    const answer = await browser.request(ROUTE, { method, headers: OWN })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    expect(await browser.session()).toMatchObject({ user: { email: 'ada@example.com' } })
  })

  it.each(['PUT', 'DELETE', 'PATCH'])('gets 405 for %s', async (method) => {
    const { browser } = await signedIn()
    const answer = await browser.request(ROUTE, { method, headers: OWN })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  })
})

describe('a way out that was tampered with', () => {
  const FOREIGN = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\t/evil.example/',
    'javascript:alert(1)',
    'data:text/html,hello',
    'http://127.0.0.1.evil.example/',
    'http://user@evil.example/',
    'blob:http://evil.example/1',
    'http:',
  ]

  it('leads nowhere but home, also from a cookie', async () => {
    const { app } = await started({ route: { postLogoutPath: '/home' } })
    const browser = app.browser()
    const locations: [string, string | null][] = []
    for (const path of FOREIGN) {
      locations.push([path, (await post(browser, { callbackUrl: path })).headers.get('location')])
      browser.cookies.set('next-auth-refresh.sign-out', Buffer.from(JSON.stringify({ state: 's', path })).toString('base64url'))
      locations.push([path, (await browser.request(`${ROUTE}?state=s`)).headers.get('location')])
    }
    const abroad = locations.filter(([, location]) => new URL(location ?? '', 'http://app.example').origin !== 'http://app.example')
    expect(abroad).toEqual([])
    expect(locations).toHaveLength(FOREIGN.length * 2)
  })

  it.each(['nonsense', '', 'e30', 'bnVsbA', Buffer.from('{"state":"","path":"/bye"}').toString('base64url')])(
    'leads home with a cookie that is none: %j',
    async (cookie) => {
      const { app } = await started({ route: { postLogoutPath: '/home' } })
      const browser = app.browser()
      browser.cookies.set('next-auth-refresh.sign-out', cookie)
      expect((await browser.request(`${ROUTE}?state=`)).headers.get('location')).toBe('/home')
    },
  )

  it('leads home without the state that it left with, and still knows that', async () => {
    const { browser, atProvider } = await signedIn({ route: { postLogoutPath: '/home' } })
    const back = await confirmAt(atProvider, await leave(browser, { callbackUrl: '/bye' }))
    for (const query of ['', '?state=', '?state=guessed', '?state[]=1']) {
      expect((await browser.request(ROUTE + query)).headers.get('location')).toBe('/home')
    }
    expect((await browser.request(back.pathname + back.search)).headers.get('location')).toBe('/bye')
    // It counts once.
    expect((await browser.request(back.pathname + back.search)).headers.get('location')).toBe('/home')
  })

  it('has a state of its own each time', async () => {
    const states = [await signedIn(), await signedIn()].map(async ({ browser }) => (await leave(browser)).searchParams.get('state'))
    expect(new Set(await Promise.all(states)).size).toBe(2)
  })

  it('comes back to an address of this app, whatever the request says', async () => {
    const { app, browser } = await signedIn()
    const answer = await browser.request(`${ROUTE}?post_logout_redirect_uri=https://evil.example/`, {
      method: 'POST',
      headers: { ...OWN, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      form: { post_logout_redirect_uri: 'https://evil.example/', state: 'mine', path: 'https://evil.example/' },
    })
    const { searchParams } = new URL(answer.headers.get('location') ?? '')
    expect(searchParams.get('post_logout_redirect_uri')).toBe(app.origin + ROUTE)
    expect(searchParams.get('state')).not.toBe('mine')
  })
})

describe('the options', () => {
  const authOptions = withTokenRefresh({ providers: [] }, { refresh: async () => ({}) })

  it.each([
    ['authOptions', { authOptions: { providers: [] } }],
    ['postLogoutPath', { postLogoutPath: 'https://evil.example/' }],
    ['postLogoutPath', { postLogoutPath: '//evil.example/' }],
    ['postLogoutPath', { postLogoutPath: '' }],
    ['postLogoutPath', { postLogoutPath: 'bye' }],
    ['path', { path: 'https://evil.example/' }],
    ['endSessionURL', { endSessionURL: 'https://idp.example/logout' }],
    ['postLogoutRedirectUri', { postLogoutRedirectUri: '/' }],
  ])('are refused with the name of what is wrong: %s, %j', (name, wrong) => {
    const create = () => createFederatedSignOut({ authOptions, ...wrong } as FederatedSignOutOptions)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(`\`${name}\``)
  })
})

interface Setup {
  refresh: Partial<TokenRefreshOptions>
  auth: Partial<NextAuthOptions>
  route: Partial<FederatedSignOutOptions>
  /** In place of the provider's own once the user has signed in. */
  provider: () => object
  signsIn: (browser: HttpBrowser) => Promise<Answer>
}

/** An app in front of the provider. */
async function started(setup: Partial<Setup> = {}) {
  const tokens = { refresh_token: '', id_token: '' }
  const provider = oidcProvider(oidc, 'basic')
  const oauth = oauthBackend(provider)
  const app = await startAuthServer({
    auth: {
      providers: [
        provider,
        CredentialsProvider({ credentials: { email: {}, password: {} }, authorize: (typed) => rest().authorize(typed) }),
      ],
      callbacks: {
        signIn({ account }) {
          Object.assign(tokens, account)
          return true
        },
      },
      logger: { warn: (message: string) => void warnings.push(message) },
      ...setup.auth,
    },
    refresh: { refresh: oauth.refresh, revoke: oauth.revoke, ...setup.refresh },
  })
  const rest = () => restBackend({ baseURL: app.backendOrigin })
  apps.push(app)
  process.env['NEXTAUTH_URL'] = app.origin
  await oidc.register({ origin: app.origin })
  const route = createFederatedSignOut({ authOptions: app.authOptions, ...setup.route })
  app.routes[ROUTE] = (req: NextApiRequest, res: NextApiResponse) => route(req, res)
  return { app, provider, tokens }
}

/** The same, with Ada signed in. */
async function signedIn(setup: Partial<Setup> = {}) {
  const { app, provider, tokens } = await started(setup)
  const browser = app.browser()
  const atProvider = createHttpBrowser(oidc.issuer)
  await (setup.signsIn ? setup.signsIn(browser) : signInThrough(browser, 'basic', { atProvider }))
  expect(await browser.session()).toHaveProperty('user')
  Object.assign(provider, setup.provider?.())
  return { app, browser, atProvider, tokens }
}

function post(browser: HttpBrowser, form: Record<string, string> = {}): Promise<Answer> {
  return browser.request(ROUTE, { method: 'POST', headers: OWN, form })
}

/** Where the browser is sent to sign out at the provider. */
async function leave(browser: HttpBrowser, form?: Record<string, string>): Promise<URL> {
  return new URL((await post(browser, form)).headers.get('location') ?? '')
}

/** Sends the form on the provider's page; resolves with where that leads. */
async function confirmAt(atProvider: HttpBrowser, address: URL): Promise<URL> {
  const page = await atProvider.request(address.href)
  const [, action = ''] = /action="([^"]+)"/.exec(page.text) ?? []
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? []
  const { headers } = await atProvider.request(action, { method: 'POST', form: { xsrf, logout: 'yes' } })
  return new URL(headers.get('location') ?? '')
}

async function asksForPassword(browser: HttpBrowser, atProvider: HttpBrowser): Promise<boolean> {
  const { csrfToken } = (await browser.request('/api/auth/csrf')).json as { csrfToken: string }
  const form = { csrfToken, callbackUrl: '/', json: 'true' }
  const { url } = (await browser.request('/api/auth/signin/basic', { method: 'POST', form })).json as { url: string }
  const { headers } = await atProvider.request(url)
  return headers.get('location')?.startsWith('/interaction/') ?? false
}
