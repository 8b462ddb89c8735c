import { randomUUID } from 'node:crypto'
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import AzureADB2CProvider from 'next-auth/providers/azure-ad-b2c'
import GitHubProvider from 'next-auth/providers/github'
import KeycloakProvider from 'next-auth/providers/keycloak'
import { withTokenRefresh, type TokenRefreshOptions } from '../../../lib'
import { takeClock, type Clock } from '../../support/clock'
import { html, json, startOAuthServer, type OAuthServer } from '../../support/oauth-server'

type JwtParams = Parameters<NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>>[0]

let server: OAuthServer
let clock: Clock
let logged: string[]
beforeEach(async () => {
  server = await startOAuthServer()
  clock = takeClock()
  logged = []
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

const CLIENT = { clientId: 'app', clientSecret: 'secret' }
const keycloak = (id = 'keycloak') => KeycloakProvider({ ...CLIENT, id, issuer: `${server.origin}/${id}` })
const credentials = () => CredentialsProvider({ credentials: {}, authorize: () => null })
const logger = {
  error: (_: string, metadata: unknown) => void logged.push(String((metadata as Error).message)),
  warn: (said: string) => void logged.push(said),
  debug: () => {},
}

function app(providers: NextAuthOptions['providers'], options?: TokenRefreshOptions) {
  const authOptions = withTokenRefresh({ providers, logger }, options)
  const jwt = (params: object) => authOptions.callbacks?.jwt?.(params as JwtParams) as Promise<Record<string, unknown>>
  return {
    authOptions,
    /** A sign-in through a provider that answered with these fields. */
    signIn: (provider: string, fields: object) =>
      jwt({ token: { sub: '1' }, user: { id: '1' }, account: { provider, type: 'oauth', providerAccountId: '1', ...fields }, trigger: 'signIn' }),
    authorize: (fields: object) =>
      jwt({ token: { sub: '1' }, user: { id: '1', ...fields }, account: { provider: 'credentials', type: 'credentials' }, trigger: 'signIn' }),
    later: (token: object) => jwt({ token }),
    async session(token: object): Promise<Record<string, unknown>> {
      const params = { session: { user: {}, expires: '' }, token }
      return (await authOptions.callbacks?.session?.(params as never)) as never
    },
    signOut: (token: object) => authOptions.events?.signOut?.({ token } as never),
  }
}
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
/** Each refresh token is another: what is known of one outlives a test. */
const refreshToken = () => `refresh-${randomUUID()}`
const issued = () => ({ access_token: 'access-1', refresh_token: refreshToken(), expires_at: inSeconds(60) })

describe('with no options at all', () => {
  it('tokens are renewed and revoked at the provider that signed the user in', async () => {
    const { signIn, later, signOut } = app([keycloak('one'), keycloak('two')])
    const token = await signIn('two', issued())
    clock.pass(40)
    const renewed = await later(token)
    expect(renewed).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
    await signOut(renewed)
    expect(server.requests.map(({ path, form }) => [path, form['refresh_token'] ?? form['token']])).toEqual([
      ['/token', token['refreshToken']],
      ['/revocation', 'refresh-2'],
    ])
  })

  it('they are renewed where next-auth has been handed the options without providers, as getServerSession does', async () => {
    const { authOptions, signIn } = app([keycloak()])
    const token = await signIn('keycloak', issued())
    clock.pass(40)
    const emptied: NextAuthOptions = { ...authOptions, providers: [] }
    expect(await emptied.callbacks?.jwt?.({ token } as JwtParams)).toMatchObject({ accessToken: 'access-2' })
  })

  it('a cookie from before this library was there is renewed at the one provider there is', async () => {
    const { later } = app([keycloak()])
    expect(await later({ accessToken: 'access-1', refreshToken: refreshToken(), accessTokenExpiry: Date.now() + 1_000 })).toMatchObject({
      accessToken: 'access-2',
    })
  })

  it('a client secret that is wrong is loud, and ends nothing', async () => {
    const { signIn, later } = app([keycloak()], { retries: 2 })
    const token = await signIn('keycloak', issued())
    server.token = json({ error: 'invalid_client' }, 401)
    clock.pass(61)
    const held = await later(token)
    expect(held['error']).toBeUndefined()
    expect(logged).toEqual([expect.stringMatching(/"keycloak".*invalid_client/)])
    expect(server.requests).toHaveLength(1)
    server.token = json({ access_token: 'access-2', expires_in: 60 })
    clock.pass(61)
    expect(await later(held)).toMatchObject({ accessToken: 'access-2', refreshToken: token['refreshToken'] })
  })

  it('only a refused refresh token ends a session', async () => {
    const { signIn, later } = app([keycloak()], { retries: 0 })
    const token = await signIn('keycloak', issued())
    for (const answer of [json({ message: 'no' }, 400), json({ error: 'invalid_request' }, 400), json({}, 401), json({}, 403)]) {
      server.token = answer
      clock.pass(120)
      expect((await later(token))['error']).toBeUndefined()
    }
    server.token = json({ error: 'invalid_grant' }, 400)
    clock.pass(120)
    expect((await later(token))['error']).toBe('RefreshAccessTokenError')
  })

  it('credentials whose sign-ins bring no tokens are left alone', async () => {
    const { authorize, later, session } = app([credentials(), keycloak()])
    const token = await authorize({})
    expect(await session(await later(token))).not.toHaveProperty('error')
    expect(logged).toEqual([])
  })

  it('credentials whose tokens can’t be renewed are loud, and last as long as their tokens would be good', async () => {
    const { authorize, later } = app([credentials(), keycloak()])
    const tokens = { accessToken: 'access-1', refreshToken: refreshToken(), accessTokenExpiry: Date.now() + 60_000 }
    const token = await authorize(tokens)
    await authorize(tokens)
    expect(logged).toEqual([expect.stringMatching(/"credentials".*`refresh`/)])
    clock.pass(61)
    expect((await later(token))['error']).toBeUndefined()
    expect(logged).toHaveLength(2)
    expect(server.requests).toEqual([])
  })
})

describe('`refresh` and `revoke`', () => {
  it('may be of one provider, and leave the others to OAuth', async () => {
    const seen: unknown[] = []
    const own = async (tokenSet: object, { provider }: { provider: string }) => {
      seen.push([provider, tokenSet])
      return { access_token: 'own', expires_in: 60 }
    }
    const { signIn, later, signOut } = app([keycloak('one'), keycloak('two')], { refresh: { one: own }, revoke: { two: own } })
    const [one, two] = [await signIn('one', issued()), await signIn('two', issued())]
    clock.pass(40)
    expect(await later(one)).toMatchObject({ accessToken: 'own' })
    expect(await later(two)).toMatchObject({ accessToken: 'access-2' })
    await signOut(one)
    await signOut(two)
    expect(seen).toMatchObject([['one', { refreshToken: one['refreshToken'] }], ['two', { refreshToken: 'refresh-2' }]])
    expect(server.requests.map(({ path }) => path)).toEqual(['/token', '/revocation'])
  })

  it('may be of all of them', async () => {
    const seen: string[] = []
    const { signIn, later } = app([keycloak('one'), keycloak('two')], {
      refresh: async (_, { provider }) => (seen.push(provider), { access_token: 'own', expires_in: 60 }),
    })
    const tokens = await Promise.all([signIn('one', issued()), signIn('two', issued())])
    clock.pass(40)
    for (const token of tokens) await later(token)
    expect(seen).toEqual(['one', 'two'])
    expect(server.requests).toEqual([])
  })
})

describe('a mistake shows when the options are made', () => {
  const own = async () => ({})
  it.each([
    ['an id that two providers share', () => app([keycloak(), keycloak()]), /'keycloak'/],
    ['an id that a template and an option share', () => app([GitHubProvider(CLIENT), keycloak('github')]), /'github'/],
    ['two of the same credentials', () => app([credentials(), credentials()]), /'credentials'/],
    ['a `refresh` for a provider that isn’t there', () => app([keycloak()], { refresh: { google: own } }), /`refresh`.*'google'.*keycloak/],
    ['a `revoke` for a provider that isn’t there', () => app([keycloak()], { revoke: { google: own } }), /`revoke`.*'google'/],
    ['a provider without TLS that isn’t there', () => app([keycloak()], { allowInsecure: ['google'] }), /`allowInsecure`.*'google'/],
    ['a backend in place of its `refresh`', () => app([keycloak()], { refresh: { refresh: own, revoke: own } }), /`refresh`.*'refresh'/],
  ])('%s', (_, make, quoted) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(quoted)
  })

  it('settings that are missing while the app is built are none', () => {
    expect(() => app([KeycloakProvider({ clientId: undefined as never, clientSecret: undefined as never })])).not.toThrow()
  })
})

describe('whatever is wrong with a provider, its users stay signed in, and are renewed once it is mended', () => {
  it.each([
    ['its discovery document is a page', () => (server.discovery = html()), undefined],
    ['its discovery document is down', () => (server.discovery = json({}, 503)), undefined],
    ['its discovery document is gone', () => (server.discovery = json({}, 404)), /wellKnown/],
    ['its discovery document hangs up', () => (server.discovery = (res) => res.destroy()), undefined],
    ['its discovery document is of another issuer', () => (server.metadata = { issuer: 'https://other.example' }), /https:\/\/other\.example/],
    ['its discovery document names no endpoint', () => (server.metadata = { token_endpoint: null }), undefined],
    ['its answers are pages', () => (server.token = html()), undefined],
    ['its answers are pages that want a password', () => (server.token = html(401)), undefined],
    ['its answers refuse the client', () => (server.token = json({ error: 'invalid_client' }, 400)), /invalid_client/],
    ['its answers hold no token', () => (server.token = json({ token: 'x' })), undefined],
  ] as [string, () => unknown, RegExp | undefined][])('%s', async (_, spoil, loud) => {
    const { token: sound } = server
    const { signIn, later } = app([keycloak()], { retries: 0 })
    const token = await signIn('keycloak', issued())
    spoil()
    clock.pass(61)
    expect((await later(token))['error']).toBeUndefined()
    expect(logged).toEqual(loud ? [expect.stringMatching(loud)] : [])
    Object.assign(server, { discovery: undefined, metadata: {}, token: sound })
    clock.pass(120)
    expect(await later(token)).toMatchObject({ accessToken: 'access-2' })
  })
})

describe('a provider without TLS in production', () => {
  const environment = process.env as { NODE_ENV?: string | undefined }
  const before = environment.NODE_ENV
  afterEach(() => {
    environment.NODE_ENV = before
  })

  it('is asked nothing unless it is named, and its users stay signed in', async () => {
    const insecure = () => KeycloakProvider({ ...CLIENT, issuer: 'http://keycloak.invalid/realms/one' })
    const refused = app([insecure()], { retries: 0 })
    const allowed = app([insecure()], { retries: 0, allowInsecure: ['keycloak'] })
    const token = await refused.signIn('keycloak', issued())
    const other = await allowed.signIn('keycloak', issued())
    environment.NODE_ENV = 'production'
    clock.pass(61)
    expect((await refused.later(token))['error']).toBeUndefined()
    expect(logged).toEqual([expect.stringMatching(/keycloak\.invalid.*`allowInsecure`/)])
    expect((await allowed.later(other))['error']).toBeUndefined()
    expect(logged).toHaveLength(1)
  })
})

describe('a sign-in through OAuth', () => {
  it.each([
    ['without a lifetime', {}],
    ['with a lifetime of zero', { expires_at: 'now' }],
    ['with a lifetime that can’t be read', { expires_at: NaN }],
  ])('that brings a token %s and nothing to renew it with lives as long as next-auth’s session', async (_, fields) => {
    const { signIn, later, session } = app([GitHubProvider(CLIENT)])
    const expires = 'expires_at' in fields ? { expires_at: fields.expires_at === 'now' ? inSeconds(0) : fields.expires_at } : {}
    let token = await signIn('github', { access_token: 'access-1', ...expires })
    expect(logged).toEqual([])
    for (let day = 0; day < 400; day += 100) {
      token = await later(token)
      expect(await session(token)).toMatchObject({ accessToken: 'access-1', accessTokenExpiry: 8.64e15 })
      expect(token['error']).toBeUndefined()
      clock.pass(100 * 86_400)
    }
    expect(server.requests).toEqual([])
  })

  it.each([
    ['without a lifetime', undefined],
    ['with a lifetime of zero', 0],
  ])('that brings a refresh token and a token %s renews it after a few minutes', async (_, lifetime) => {
    const { signIn, later } = app([keycloak()])
    const token = await signIn('keycloak', {
      access_token: 'access-1',
      refresh_token: refreshToken(),
      ...(lifetime !== undefined && { expires_at: inSeconds(lifetime) }),
    })
    clock.pass(200)
    expect(await later(token)).toMatchObject({ accessToken: 'access-1' })
    clock.pass(90)
    expect(await later(token)).toMatchObject({ accessToken: 'access-2' })
  })

  it('may be renewed with answers that state no lifetime, or state it as a string', async () => {
    const { signIn, later } = app([keycloak()])
    for (const expires of [{}, { expires_in: '60' }]) {
      server.token = json({ access_token: 'access-2', ...expires })
      const token = await signIn('keycloak', issued())
      clock.pass(40)
      const renewed = await later(token)
      expect(renewed).toMatchObject({ accessToken: 'access-2', refreshToken: token['refreshToken'] })
      expect(Math.round((Number(renewed['accessTokenExpiry']) - Date.now()) / 6_000)).toBe(10)
    }
  })

  it('may be renewed with answers whose `error` is empty', async () => {
    const { signIn, later } = app([keycloak()], { retries: 2 })
    server.token = json({ access_token: 'access-2', expires_in: 60, error: '', error_description: '' })
    const token = await signIn('keycloak', issued())
    clock.pass(40)
    expect(await later(token)).toMatchObject({ accessToken: 'access-2' })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['google', 'access_type'],
    ['okta', 'offline_access'],
    ['reddit', 'permanent'],
    ['salesforce', 'refresh_token'],
    ['facebook', 'issues none'],
    ['my-own', 'offline_access'],
  ])('without a refresh token says once what %s wants', async (provider, wanted) => {
    const { signIn } = app([])
    const tokens = { access_token: 'access-1', expires_at: inSeconds(60) }
    await signIn(provider, tokens)
    await signIn(provider, tokens)
    expect(logged).toEqual([expect.stringContaining(`"${provider}"`)])
    expect(logged[0]).toContain(wanted)
  })

  it('without a refresh token says what the template wants, whatever the app calls it', async () => {
    const { signIn } = app([GitHubProvider({ ...CLIENT, id: 'code-host' })])
    await signIn('code-host', { access_token: 'access-1', expires_at: inSeconds(60) })
    expect(logged).toEqual([expect.stringContaining('a GitHub App with')])
  })

  it('without an access token says what the provider wants, once', async () => {
    const { signIn, session } = app([AzureADB2CProvider({ ...CLIENT, tenantId: 'contoso', primaryUserFlow: 'flow' })])
    for (const id of ['1', '2']) expect(await session(await signIn('azure-ad-b2c', { id_token: id }))).not.toHaveProperty('error')
    expect(logged).toEqual([expect.stringMatching(/"azure-ad-b2c" brought no access token.*scope of your API/)])
  })

  it('without a refresh token says to credentials what `authorize` is to return', async () => {
    const { authorize } = app([credentials()])
    await authorize({ accessToken: 'access-1', accessTokenExpiry: Date.now() + 60_000 })
    expect(logged).toEqual([expect.stringContaining('`authorize`')])
  })
})
