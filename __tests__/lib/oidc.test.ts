import { setTimeout as sleep } from 'node:timers/promises'
import { decode } from 'next-auth/jwt'
import type { Provider } from 'next-auth/providers/index'
import { restBackend, type RefreshEvent } from '../../lib'
import { SECRET, startAuthServer, type AuthServer } from '../support/auth-server'
import { rest, withCredentials, type BackendKind } from '../support/backend-kind'
import type { HttpBrowser } from '../support/http-browser'
import { oidcProvider } from '../support/oidc-provider'
import { startOidc, type OidcServer } from '../support/oidc-server'
import { GRACE, signInThrough } from '../support/oidc-sign-in'

// Certified providers, in processes of their own and by a clock of their own: only real time makes a token due. After a
// renewal there is time for a slow machine's other requests.
const LIFETIME = 30
const WINDOW = 27
const untilDue = () => sleep((LIFETIME - WINDOW) * 1000 + 500)

let one: OidcServer
let two: OidcServer
const servers: AuthServer[] = []
jest.setTimeout(60_000)
beforeAll(async () => {
  ;[one, two] = await Promise.all([startOidc({ accessTokenLifetime: LIFETIME }), startOidc({ accessTokenLifetime: LIFETIME })])
})
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))
afterAll(() => Promise.all([one.stop(), two.stop()]))

/** An app of these providers; what else it says of its sessions is no more than when their tokens may be renewed. */
async function startApp(kind: BackendKind, providers: Provider[]) {
  const events: RefreshEvent[] = []
  const server = await startAuthServer({
    kind,
    auth: { providers },
    refresh: { window: WINDOW, onEvent: (event) => void events.push(event) },
    backend: { accessTokenLifetime: LIFETIME },
  })
  servers.push(server)
  process.env['NEXTAUTH_URL'] = server.origin
  await Promise.all([one, two].map((oidc) => oidc.register({ origin: server.origin, providerIds: ['one', 'two'] })))
  return { server, events }
}

/** An app whose only providers are these. */
const oauthAlone: BackendKind = {
  name: 'OAuth',
  serve: rest.serve,
  inApp: () => ({ provider: oidcProvider(one, 'basic') }),
  signIn: rest.signIn,
}

/** What the cookie holds. */
async function held({ cookies }: HttpBrowser): Promise<{ accessToken: string; refreshToken: string }> {
  const token = await decode({ token: cookies.get('next-auth.session-token') ?? '', secret: SECRET })
  return token as unknown as { accessToken: string; refreshToken: string }
}

const opens = async ({ issuer }: OidcServer, accessToken: unknown) =>
  (await fetch(`${issuer}/users/me`, { headers: { authorization: `Bearer ${String(accessToken)}` } })).status

/** What has happened at a provider since. */
async function since(oidc: OidcServer, before: Awaited<ReturnType<OidcServer['counters']>>) {
  const { grants, errors, reuses, revoked, requests } = await oidc.counters()
  const path = '/.well-known/openid-configuration'
  return {
    refreshes: (grants.refresh_token ?? 0) - (before.grants.refresh_token ?? 0),
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0) - Object.values(before.errors).reduce((sum, count) => sum + count, 0),
    reuses: reuses - before.reuses,
    revoked: revoked - before.revoked,
    discoveries: (requests[path] ?? 0) - (before.requests[path] ?? 0),
  }
}

it('renews once for 30 concurrent requests, for each way that a client has to prove itself, and revokes at sign-out', async () => {
  const clients = ['basic', 'post', 'private-key', 'public'] as const
  const { server, events } = await startApp(oauthAlone, clients.map((client) => oidcProvider(one, client)))
  const browsers = await Promise.all(
    clients.map(async (client) => {
      const browser = server.browser()
      await signInThrough(browser, client)
      return browser
    }),
  )
  const first = await Promise.all(browsers.map(held))
  await untilDue()
  const before = await one.counters()
  const sessions = await Promise.all(browsers.map((browser) => Promise.all(Array.from({ length: 30 }, () => browser.session()))))
  expect(await since(one, before)).toEqual({ refreshes: clients.length, errors: 0, reuses: 0, revoked: 0, discoveries: 1 })
  for (const [at, ofClient] of sessions.entries()) {
    const tokens = new Set(ofClient.map(({ accessToken }) => accessToken))
    expect([tokens.size, tokens.has(first[at]?.accessToken)]).toEqual([1, false])
    expect(ofClient.filter(({ error }) => error)).toEqual([])
    expect(await opens(one, [...tokens][0])).toBe(200)
  }

  const renewed = await Promise.all(browsers.map(held))
  await Promise.all(browsers.map((browser) => browser.signOut()))
  expect(await since(one, before)).toMatchObject({ refreshes: clients.length, errors: 0, reuses: 0, revoked: clients.length })
  expect(await Promise.all(renewed.map(({ refreshToken }) => one.isAlive(refreshToken)))).toEqual(clients.map(() => false))
  expect(events.map(({ type }) => type)).not.toContain('revocation-failed')
})

it('asks three backends of one app each for its own user', async () => {
  const providers = [oidcProvider(one, 'basic', 'one'), oidcProvider(two, 'post', 'two')] as Provider[]
  const mixed: BackendKind = {
    name: 'mixed',
    serve: rest.serve,
    signIn: rest.signIn,
    inApp(origin) {
      const backend = restBackend({ baseURL: origin })
      const { provider } = withCredentials(backend)
      providers.push(provider)
      return { provider, refresh: { refresh: { credentials: backend.refresh }, revoke: { credentials: backend.revoke } } }
    },
  }
  const { server } = await startApp(mixed, providers)
  const { backend } = server
  const browsers = [server.browser(), server.browser(), server.browser()] as const
  const [atOne, atTwo, atRest] = browsers
  await Promise.all([signInThrough(atOne, 'one'), signInThrough(atTwo, 'two', { credentials: GRACE }), atRest.signIn()])
  await untilDue()

  const before = { one: await one.counters(), two: await two.counters() }
  const counted = async () => ({ one: await since(one, before.one), two: await since(two, before.two), rest: backend.counters })
  const sessions = await Promise.all(browsers.flatMap((browser) => Array.from({ length: 5 }, () => browser.session())))
  expect(sessions.filter(({ error }) => error)).toEqual([])
  expect(await counted()).toMatchObject({
    one: { refreshes: 1, errors: 0, reuses: 0 },
    two: { refreshes: 1, errors: 0, reuses: 0 },
    rest: { renewed: 1, refused: 0, reuses: 0, logouts: 0 },
  })
  expect([await opens(one, sessions[0]?.['accessToken']), await opens(two, sessions[5]?.['accessToken'])]).toEqual([200, 200])
  expect([await opens(two, sessions[0]?.['accessToken']), await opens(one, sessions[5]?.['accessToken'])]).toEqual([401, 401])

  // One is ended by its provider, one signs out, and one goes on.
  await two.revokeGrant((await held(atTwo)).refreshToken)
  const { refreshToken } = await held(atOne)
  await Promise.all([untilDue(), atOne.signOut()])
  expect(await one.isAlive(refreshToken)).toBe(false)
  expect(await atTwo.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
  expect((await atRest.session())['error']).toBeUndefined()
  expect(await counted()).toMatchObject({
    one: { refreshes: 1, errors: 0, revoked: 1 },
    two: { refreshes: 1, errors: 1, revoked: 0 },
    rest: { renewed: 2, refused: 0, logouts: 0 },
  })
  await atRest.signOut()
  expect(await counted()).toMatchObject({ one: { revoked: 1 }, two: { revoked: 0 }, rest: { logouts: 1 } })
})
