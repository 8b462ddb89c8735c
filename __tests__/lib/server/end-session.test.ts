import type { NextAuthOptions } from 'next-auth'
import { endSessionAt, endSessionURL } from '../../../lib/server/end-session'
import { startOAuthServer, type OAuthServer } from '../../support/oauth-server'

let server: OAuthServer
beforeAll(async () => (server = await startOAuthServer()))
afterAll(() => server.close())

const environment = process.env as { NODE_ENV?: string | undefined }
const before = environment.NODE_ENV
afterEach(() => (environment.NODE_ENV = before))

/** An app whose provider announces this endpoint, under a name of its own: documents are kept by their address. */
function appWith(name: string, endpoint: unknown): NextAuthOptions {
  server.metadata = { end_session_endpoint: endpoint }
  const wellKnown = `${server.origin}/.well-known/openid-configuration?${name}`
  return {
    providers: [{ id: 'idp', name: 'idp', type: 'oauth', wellKnown, clientId: 'app', profile: ({ sub }: { sub: string }) => ({ id: sub }) }],
  }
}

it('is what the provider announces', async () => {
  const app = appWith('announced', 'https://idp.example/end')
  expect(await endSessionAt('idp', app, [])).toEqual({ provider: 'idp', clientId: 'app', endpoint: 'https://idp.example/end' })
})

it.each([undefined, null, 42, {}])('is none where the provider announces %j', async (endpoint) => {
  const app = appWith(`none-${JSON.stringify(endpoint)}`, endpoint)
  expect(await endSessionAt('idp', app, [])).toEqual({ provider: 'idp', clientId: 'app', endpoint: undefined })
})

it.each(['javascript:alert(1)', 'data:text/html,hello', 'nonsense', ''])('is an error where the provider announces %j', async (endpoint) => {
  await expect(endSessionAt('idp', appWith(`wrong-${endpoint}`, endpoint), [])).rejects.toMatchObject({ code: 'configuration' })
})

it('has to be HTTPS in production, unless the app allows otherwise', async () => {
  environment.NODE_ENV = 'production'
  const app = appWith('plain', 'http://idp.internal/end')
  await expect(endSessionAt('idp', app, [])).rejects.toMatchObject({ code: 'configuration' })
  expect(await endSessionAt('idp', app, ['idp'])).toMatchObject({ endpoint: 'http://idp.internal/end' })
})

it('is none of a provider that the app has no more', async () => {
  expect(await endSessionAt('gone', appWith('gone', 'https://idp.example/end'), [])).toBeUndefined()
})

it('keeps the parameters that it has, and takes no ID token that would make it too long', () => {
  const endSession = { provider: 'idp', clientId: 'a&b', endpoint: 'https://idp.example/end?tenant=1', returnTo: 'https://app.example/out', state: 's' }
  const parameters = (idToken: string) => Object.fromEntries(endSessionURL({ ...endSession, idToken })?.searchParams ?? [])
  const shared = { tenant: '1', post_logout_redirect_uri: 'https://app.example/out', state: 's' }
  expect(parameters('short')).toEqual({ ...shared, id_token_hint: 'short' })
  expect(parameters('x'.repeat(4_097))).toEqual({ ...shared, client_id: 'a&b' })
})
