import { startAuthServer, type AuthServer } from '../support/auth-server'
import { oidcProvider } from '../support/oidc-provider'
import { startOidc, type OidcClientName, type OidcServer } from '../support/oidc-server'
import { GRACE, signInThrough } from '../support/oidc-sign-in'

// The provider is what tests of this library rely on: it has to be as strict as it says.
let opaque: OidcServer
let jwt: OidcServer
beforeAll(async () => {
  ;[opaque, jwt] = await Promise.all([
    startOidc({ accessTokenLifetime: 30 }),
    startOidc({ accessTokens: 'jwt', refreshTokens: 'offline_access' }),
  ])
}, 60_000)
const apps: AuthServer[] = []
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))
afterAll(() => Promise.all([opaque.stop(), jwt.stop()]))

it.each(['basic', 'post', 'private-key', 'public'] as const)('signs in through next-auth as the client %s', async (name) => {
  const app = await startApp(opaque, name)
  const browser = app.browser()
  const answer = await signInThrough(browser, name, { credentials: GRACE })
  expect(answer.headers.get('location')).toBe(`${app.origin}/`)
  expect(await browser.session()).toMatchObject({ user: { name: 'Grace Hopper', email: 'grace@example.com' } })
})

it('rotates refresh tokens, and revokes all of a grant whose spent one comes back', async () => {
  const before = await opaque.counters()
  const issued = await opaque.issue({ clientId: 'basic' })
  const first = await refresh(opaque, issued.refresh_token)
  expect(first).toMatchObject({ status: 200, body: { expires_in: 30, id_token: expect.any(String) } })
  expect(first.body['refresh_token']).not.toBe(issued.refresh_token)
  expect((await me(opaque, first.body['access_token'])).status).toBe(200)
  const again = await refresh(opaque, issued.refresh_token)
  expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect((await me(opaque, first.body['access_token'])).status).toBe(401)
  expect(await opaque.isAlive(String(first.body['refresh_token']))).toBe(false)
  const after = await opaque.counters()
  expect(after.consumed - before.consumed).toBe(1)
  expect(after.reuses - before.reuses).toBe(1)
  expect(after.revoked - before.revoked).toBe(1)
})

it('gives out JWTs as access tokens, and refresh tokens to those alone who ask for them', async () => {
  const app = await startApp(jwt, 'post')
  await signInThrough(app.browser(), 'post')
  expect(app.account).toMatchObject({ access_token: expect.stringMatching(/^ey.+\..+\./) })
  expect(app.account).not.toHaveProperty('refresh_token')
  expect(await (await me(jwt, app.account['access_token'])).json()).toMatchObject({ email: 'ada@example.com' })
})

it('sends nobody to an address that is not registered', async () => {
  const query = new URLSearchParams({ client_id: 'basic', response_type: 'code', scope: 'openid', redirect_uri: 'https://evil.example/' })
  expect((await fetch(`${opaque.issuer}/auth?${query.toString()}`, { redirect: 'manual' })).status).toBe(400)
  const leaving = new URLSearchParams({ client_id: 'basic', post_logout_redirect_uri: 'https://evil.example/' })
  expect((await fetch(`${opaque.issuer}/session/end?${leaving.toString()}`, { redirect: 'manual' })).status).toBe(400)
})

async function startApp(oidc: OidcServer, name: OidcClientName): Promise<AuthServer & { account: Record<string, unknown> }> {
  const account: Record<string, unknown> = {}
  const server = await startAuthServer({
    auth: {
      providers: [oidcProvider(oidc, name)],
      // It would warn of the sign-in without a refresh token.
      logger: { warn: () => {} },
      callbacks: {
        signIn(params) {
          Object.assign(account, params.account)
          return true
        },
      },
    },
  })
  apps.push(server)
  await oidc.register({ origin: server.origin })
  process.env['NEXTAUTH_URL'] = server.origin
  return { ...server, account }
}

async function refresh(oidc: OidcServer, token: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { clientId, clientSecret } = oidc.clients.basic
  const response = await fetch(`${oidc.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

function me(oidc: OidcServer, accessToken: unknown): Promise<Response> {
  return fetch(`${oidc.issuer}/users/me`, { headers: { authorization: `Bearer ${String(accessToken)}` } })
}
