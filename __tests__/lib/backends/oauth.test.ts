import { Agent } from 'node:http'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import KeycloakProvider from 'next-auth/providers/keycloak'
import { isRefreshError, oauthBackend, type OAuthBackendOptions } from '../../../lib'
import { html, json, startOAuthServer, type OAuthServer } from '../../support/oauth-server'

type Settings = Partial<OAuthConfig<unknown>>

let server: OAuthServer
beforeEach(async () => (server = await startOAuthServer()))
afterEach(() => server.close())

const CLIENT = { clientId: 'an app', clientSecret: 's3cret/+ ä-_' }
const tokenSet = { accessToken: 'access-1', accessTokenExpiry: 0, refreshToken: 'refresh-1' }
const context = () => ({ provider: 'p', signal: AbortSignal.timeout(5_000) })

/** A provider that is discovered, unless the settings say otherwise. */
function provider(settings: Settings = {}): OAuthConfig<unknown> {
  const wellKnown = `${server.origin}/.well-known/openid-configuration`
  return { id: 'p', name: 'P', type: 'oauth', wellKnown, profile: () => ({ id: '1' }), ...CLIENT, ...settings }
}
/** One whose endpoints are stated. */
const stated = (settings: Settings = {}) => {
  const { wellKnown: _, ...rest } = provider(settings)
  return { token: `${server.origin}/token`, ...rest }
}

const refresh = (settings?: Settings, options?: OAuthBackendOptions) =>
  oauthBackend(provider(settings), options).refresh(tokenSet, context())
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => {
      expect(isRefreshError(error)).toBe(true)
      return error as { code: string; message: string }
    },
  )

describe('the refresh grant', () => {
  it('presents the refresh token at the endpoint that is discovered, and gives the answer', async () => {
    expect(await refresh()).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 60 })
    expect(server.requests).toMatchObject([
      { path: '/token', form: { grant_type: 'refresh_token', refresh_token: 'refresh-1' }, headers: { accept: 'application/json' } },
    ])
  })

  it.each([
    ['a string whose query becomes parameters', (at: string) => ({ token: `${at}/token?audience=api&x=1` }), '/token'],
    ['`url` and `params`', (at: string) => ({ token: { url: `${at}/token?y=2`, params: { audience: 'api', x: 1, z: undefined } } }), '/token?y=2'],
  ])('takes an endpoint as %s', async (_, settings, path) => {
    await oauthBackend(stated(settings(server.origin))).refresh(tokenSet, context())
    expect(server.requests).toMatchObject([{ path, form: { audience: 'api', x: '1' } }])
    expect(server.discoveries).toBe(0)
  })

  it('finds the endpoint by an issuer alone', async () => {
    const { token: _, ...rest } = stated({ issuer: `${server.origin}/realms/one` })
    await oauthBackend(rest).refresh(tokenSet, context())
    expect(server.requests).toHaveLength(1)
  })

  it('takes a `wellKnown` over stated endpoints, as next-auth does, and sends their parameters along', async () => {
    await refresh({ token: { url: `${server.origin}/elsewhere`, params: { audience: 'api' } } })
    expect(server.requests).toMatchObject([{ path: '/token', form: { audience: 'api' } }])
  })

  it('merges the app’s options over the template', async () => {
    const keycloak = KeycloakProvider({ ...CLIENT, issuer: server.origin, token: { params: { audience: 'api' } } })
    await oauthBackend(keycloak).refresh(tokenSet, context())
    expect(server.requests).toMatchObject([{ form: { audience: 'api' } }])
  })

  it('sends parameters of its own options, none of which can stand in for the grant', async () => {
    await refresh({ token: { params: { grant_type: 'authorization_code', a: '1' } } }, { params: { a: '2', refresh_token: 'other' } })
    expect(server.requests[0]?.form).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-1', a: '2' })
  })

  it('sends the headers of `httpOptions`, and takes its `timeout` as a bound', async () => {
    await refresh({ httpOptions: { headers: { 'x-api-key': 'k', Authorization: 'mine' } } })
    expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': 'k', authorization: expect.stringMatching(/^Basic /) })
    server.token = () => {}
    expect(await failure(refresh({ httpOptions: { timeout: 50 } }))).toMatchObject({ code: 'unavailable' })
  })

  it('lets the abort reach the socket', async () => {
    const closed = new Promise<void>((resolve) => (server.token = (res) => res.on('close', resolve)))
    const controller = new AbortController()
    const refreshing = failure(oauthBackend(provider()).refresh(tokenSet, { provider: 'p', signal: controller.signal }))
    setTimeout(() => controller.abort(), 50)
    await closed
    expect(await refreshing).toMatchObject({ code: 'unavailable' })
  })

  it('sends nothing once it has been aborted, however long the discovery took', async () => {
    server.discovery = (res) => setTimeout(() => json({ issuer: server.origin, token_endpoint: `${server.origin}/token` })(res), 100)
    const signal = AbortSignal.timeout(20)
    await failure(oauthBackend(provider()).refresh(tokenSet, { provider: 'p', signal }))
    expect(server.requests).toEqual([])
  })

  it('goes the way that the agent and the lookup of `httpOptions` lead, with no redirect followed', async () => {
    const looked: string[] = []
    const lookup = ((host: string, _: object, done: (error: null, found: object[]) => void) => {
      looked.push(host)
      done(null, [{ address: '127.0.0.1', family: 4 }])
    }) as unknown as NonNullable<NonNullable<Settings['httpOptions']>['lookup']>
    const { port } = new URL(server.origin)
    const agent = new Agent({ keepAlive: true })
    const wellKnown = `http://id.invalid:${port}/.well-known/openid-configuration`
    server.metadata = { issuer: `http://id.invalid:${port}`, token_endpoint: `http://id.invalid:${port}/token` }
    const httpOptions = { lookup, agent, headers: { 'x-api-key': 'k' } }
    expect(await refresh({ wellKnown, options: { ...CLIENT, httpOptions } })).toMatchObject({ access_token: 'access-2' })
    expect(new Set(looked)).toEqual(new Set(['id.invalid']))
    expect(server.requests).toMatchObject([{ form: { refresh_token: 'refresh-1' }, headers: { 'x-api-key': 'k', connection: 'keep-alive' } }])
    server.token = (res) => res.writeHead(302, { location: '/elsewhere' }).end()
    expect(await failure(refresh({ wellKnown, httpOptions }))).toMatchObject({ code: 'unavailable' })
    const { origin } = server
    await server.close()
    const error = await failure(refresh({ wellKnown: `${origin}/.well-known/openid-configuration`, httpOptions }))
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONN') })
    agent.destroy()
    server = await startOAuthServer()
  })

  it.each([
    ['fetch', {}],
    ['Node’s own client', { agent: new Agent() }],
  ])('outlives an answer whose status is none: by %s', async (_, httpOptions) => {
    server.token = (res) => res.writeHead(999).end()
    expect(await failure(refresh({ httpOptions }))).toMatchObject({ code: 'unavailable' })
  })

  it('goes through a `fetch` of the app', async () => {
    const seen: string[] = []
    await refresh({}, { fetch: (url, init) => (seen.push(`${init?.method} ${url as string} ${init?.redirect}`), fetch(url, init)) })
    expect(seen).toEqual([
      `undefined ${server.origin}/.well-known/openid-configuration manual`,
      `POST ${server.origin}/token manual`,
    ])
  })
})

describe('the client proves itself by', () => {
  const secret = 's3cret%2F%2B+%C3%A4-_'

  it('`client_secret_basic`, encoded as at sign-in', async () => {
    await refresh()
    const [, credentials = ''] = server.requests[0]?.headers.authorization?.split(' ') ?? []
    expect(Buffer.from(credentials, 'base64').toString()).toBe(`an+app:${secret}`)
    expect(server.requests[0]?.form).not.toHaveProperty('client_secret')
  })

  it.each([
    ['`client` says so', {}, { client: { token_endpoint_auth_method: 'client_secret_post' } }],
    ['the provider takes nothing else', { token_endpoint_auth_methods_supported: ['client_secret_post', 'none'] }, {}],
  ])('`client_secret_post` where %s', async (_, metadata, settings) => {
    server.metadata = metadata
    await refresh(settings as Settings)
    expect(server.requests).toMatchObject([{ form: { client_id: 'an app', client_secret: CLIENT.clientSecret } }])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('`none`, for a public client', async () => {
    await refresh({ client: { token_endpoint_auth_method: 'none' } })
    expect(server.requests[0]?.form).toEqual({ client_id: 'an app', grant_type: 'refresh_token', refresh_token: 'refresh-1' })
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('what `client` says of its id and secret, where that is another than the provider’s, as at sign-in', async () => {
    await refresh({ client: { client_id: 'other', client_secret: 'its own', token_endpoint_auth_method: 'client_secret_post' } })
    expect(server.requests).toMatchObject([{ form: { client_id: 'other', client_secret: 'its own' } }])
  })

  it('`client_secret_jwt`', async () => {
    await refresh({ client: { token_endpoint_auth_method: 'client_secret_jwt' } })
    const { client_assertion = '' } = server.requests[0]?.form ?? {}
    const { payload } = await jwtVerify(client_assertion, Buffer.from(CLIENT.clientSecret), { audience: server.origin })
    expect(payload).toMatchObject({ iss: 'an app', sub: 'an app' })
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })
  const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  it.each([
    ['the usual one of its key', {}, {}, [rsa], 'RS256'],
    ['the usual one of another key', {}, {}, [ec], 'ES384'],
    ['the usual one of a third key', {}, {}, [ed], 'EdDSA'],
    ['the one of the key', {}, {}, [{ ...rsa, alg: 'PS512' }], 'PS512'],
    ['the one wanted', { token_endpoint_auth_signing_alg: 'PS256' }, {}, [ec, rsa], 'PS256'],
    ['the first one that the provider supports and a key fits', {}, { token_endpoint_auth_signing_alg_values_supported: ['ES256', 'ES384', 'RS256'] }, [rsa, ec], 'ES384'],
  ])('`private_key_jwt` with %s', async (_, client, metadata, keys, alg) => {
    server.metadata = metadata
    const jwks = { keys: keys.map((key, at) => ({ ...key, kid: `key ${at}`, use: 'sig' })) }
    await refresh({ client: { token_endpoint_auth_method: 'private_key_jwt', ...client }, jwks: jwks })
    const { client_assertion = '', client_assertion_type } = server.requests[0]?.form ?? {}
    const signer = keys.find(({ kty }) => (alg.startsWith('ES') ? kty === 'EC' : alg === 'EdDSA' ? kty === 'OKP' : kty === 'RSA'))
    const key = createPublicKey(createPrivateKey({ key: signer as never, format: 'jwk' }))
    const { protectedHeader, payload } = await jwtVerify(client_assertion, key, { audience: server.origin })
    expect(protectedHeader).toEqual({ alg, kid: `key ${keys.indexOf(signer as never)}` })
    expect(payload).toMatchObject({ iss: 'an app', sub: 'an app', jti: expect.any(String), exp: expect.any(Number) })
    expect(client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  })

  it.each([
    ['a method that isn’t known here', { client: { token_endpoint_auth_method: 'tls_client_auth' } }, /tls_client_auth/],
    ['a missing secret', { clientSecret: '' }, /clientSecret/],
    ['a missing key', { client: { token_endpoint_auth_method: 'private_key_jwt' } }, /jwks/],
    ['a public key', { client: { token_endpoint_auth_method: 'private_key_jwt' }, jwks: { keys: [{ ...rsa, d: undefined }] } as never }, /jwks/],
    ['a broken key', { client: { token_endpoint_auth_method: 'private_key_jwt' }, jwks: { keys: [{ kty: 'EC', crv: 'P-256', d: 'x', alg: 'ES256' }] } as never }, /jwks/],
    ['an algorithm that is not there', { client: { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'HS512' } }, /HS256/],
    ['a missing client id', { clientId: '' }, /clientId/],
  ])('nothing else: %s is a fault of the settings', async (_, settings, quoted) => {
    const error = await failure(refresh(settings as Settings))
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringMatching(quoted) })
    expect(server.requests).toEqual([])
  })
})

describe('an answer', () => {
  const refusal = { error: 'invalid_grant', error_description: 'Token is not active' }
  it.each([
    ['400 invalid_grant', json(refusal, 400), 'refused'],
    ['401 invalid_grant', json(refusal, 401), 'refused'],
    ['403 invalid_grant', json(refusal, 403), 'refused'],
    ['200 invalid_grant', json(refusal), 'refused'],
    ['500 invalid_grant', json(refusal, 500), 'unavailable'],
    ['429 invalid_grant', json(refusal, 429), 'unavailable'],
    ['401 invalid_client', json({ error: 'invalid_client' }, 401), 'configuration'],
    ['400 unauthorized_client', json({ error: 'unauthorized_client' }, 400), 'configuration'],
    ['401 that says no more', json({ message: 'no' }, 401), 'configuration'],
    ['401 without a body', (res) => res.writeHead(401).end(), 'configuration'],
    ['400 invalid_request', json({ error: 'invalid_request' }, 400), 'configuration'],
    ['200 unsupported_grant_type', json({ error: 'unsupported_grant_type' }), 'configuration'],
    ['503 invalid_request', json({ error: 'invalid_request' }, 503), 'unavailable'],
    ['400 invalid_scope', json({ error: 'invalid_scope' }, 400), 'configuration'],
    ['404', json({}, 404), 'configuration'],
    ['400 that says no more', json({ message: 'Bad Request', error: 400 }, 400), 'unavailable'],
    ['403 of a firewall', json({ blocked: true }, 403), 'unavailable'],
    ['400 temporarily_unavailable', json({ error: 'temporarily_unavailable' }, 400), 'unavailable'],
    ['200 server_error', json({ error: 'server_error' }), 'unavailable'],
    ['503', json({}, 503), 'unavailable'],
    ['a page', html(), 'unavailable'],
    ['a page that asks for a password', html(401), 'unavailable'],
    ['a list', json([]), 'unavailable'],
    ['a redirect', (res) => res.writeHead(302, { location: '/login' }).end(), 'unavailable'],
    ['none', (res) => res.destroy(), 'unavailable'],
  ] as [string, OAuthServer['token'], string][])('is judged by what it proves: %s', async (_, answer, code) => {
    server.token = answer
    const error = await failure(refresh())
    expect(error?.code).toBe(code)
    expect(server.requests).toHaveLength(1)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/refresh-1|s3cret/)
  })

  it('that asks for patience is taken at its word', async () => {
    server.token = json({}, 429, { 'retry-after': '7' })
    expect(await failure(refresh())).toMatchObject({ retryAfter: 7 })
  })

  it.each([
    ['github', json({ error: 'bad_refresh_token' })],
    ['hubspot', json({ status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' }, 400)],
    ['twitch', json({ status: 400, message: 'Invalid refresh token' }, 400)],
    ['strava', json({ message: 'Bad Request', errors: [{ resource: 'RefreshToken', field: 'refresh_token', code: 'invalid' }] }, 400)],
    ['zoho', json({ error: 'invalid_code' })],
    ['slack', json({ ok: false, error: 'invalid_refresh_token' })],
    ['atlassian', json({ error: 'unauthorized_client', error_description: 'refresh_token is invalid' }, 403)],
    ['twitter', json({ error: 'invalid_request', error_description: 'Value passed for the token was invalid.' }, 400)],
  ])('may refuse in the words of its provider: %s', async (id, answer) => {
    server.token = answer
    expect(await failure(refresh({ id }))).toMatchObject({ code: 'refused' })
    expect((await failure(refresh({ id: 'another' })))?.code).not.toBe('refused')
  })

  it('may refuse in words that the app knows', async () => {
    server.token = json({ fault: 'gone' }, 400)
    const isRefusal: OAuthBackendOptions['isRefusal'] = ({ status, json }) => status === 400 && (json as { fault: string }).fault === 'gone'
    expect(await failure(refresh({}, { isRefusal }))).toMatchObject({ code: 'refused' })
    server.token = json({ fault: 'gone' }, 503)
    expect(await failure(refresh({}, { isRefusal: () => true }))).toMatchObject({ code: 'unavailable' })
  })

  it('may be a form, as the oldest providers have it', async () => {
    server.token = (res) =>
      res.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }).end('access_token=a&expires_in=60')
    expect(await refresh()).toEqual({ access_token: 'a', expires_in: '60' })
  })

  it('keeps its tokens where its ID token fails the check, and the ID token where it passes', async () => {
    const secret = new Uint8Array(32)
    const idToken = (claims: object) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256' }).setIssuedAt().setExpirationTime('1h').setSubject('1').sign(signer)
    const signer = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const good = await idToken({ iss: server.origin, aud: 'an app' })
    for (const [id_token, kept] of [
      [good, true],
      [await idToken({ iss: 'https://other.example', aud: 'an app' }), false],
      [await idToken({ iss: server.origin, aud: 'another app' }), false],
      ['not a token', false],
      [7, false],
      [await new SignJWT({ iss: server.origin, aud: 'an app' }).setProtectedHeader({ alg: 'HS256' }).sign(secret), false],
    ] as const) {
      server.token = json({ access_token: 'access-2', refresh_token: 'refresh-2', expires_in: '60', id_token })
      const answer = await refresh()
      expect(answer).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2', expires_in: '60' })
      expect((answer as { id_token?: string }).id_token).toBe(kept ? id_token : undefined)
    }
  })
})

describe('the revocation', () => {
  const revoke = (settings?: Settings, options?: OAuthBackendOptions) => oauthBackend(provider(settings), options).revoke(tokenSet, context())

  it('presents the refresh token where the provider announces it', async () => {
    await revoke({ token: { params: { audience: 'api' } } })
    expect(server.requests).toMatchObject([
      { path: '/revocation', headers: { authorization: expect.stringMatching(/^Basic /) } },
    ])
    expect(server.requests[0]?.form).toEqual({ token: 'refresh-1', token_type_hint: 'refresh_token' })
  })

  it('proves the client as at the token endpoint, unless it has a method of its own', async () => {
    const client = { token_endpoint_auth_method: 'none' as const }
    await revoke({ client })
    await revoke({ client: { ...client, revocation_endpoint_auth_method: 'client_secret_post' } })
    expect(server.requests.map(({ form }) => form['client_secret'])).toEqual([undefined, CLIENT.clientSecret])
  })

  it('asks nobody where none is announced', async () => {
    server.metadata = { revocation_endpoint: undefined }
    await revoke()
    await oauthBackend(stated()).revoke(tokenSet, context())
    expect(server.requests).toEqual([])
  })

  it('goes where the options say, or where such a provider is known to have it', async () => {
    await oauthBackend(stated(), { revocationEndpoint: `${server.origin}/my/revocation` }).revoke(tokenSet, context())
    await oauthBackend(stated({ id: 'gitlab', token: `${server.origin}/sub/oauth/token` })).revoke(tokenSet, context())
    expect(server.requests.map(({ path }) => path)).toEqual(['/my/revocation', '/sub/oauth/revoke'])
  })

  it.each([
    ['refused', json({ error: 'invalid_client' }, 401)],
    ['unavailable', html(503)],
  ])('rejects where it is %s', async (_, answer) => {
    server.revocation = answer
    expect(await failure(revoke())).toBeDefined()
  })
})

describe('the options', () => {
  it.each([
    [{ params: { a: 1 } }, 'params'],
    [{ revocationEndpoint: 'revoke' }, 'revocationEndpoint'],
    [{ allowInsecure: 'yes' }, 'allowInsecure'],
    [{ isRefusal: true }, 'isRefusal'],
    [{ fetch: {} }, 'fetch'],
    [{ revocationURL: 'x' }, 'revocationURL'],
  ])('quote what can’t be: %j', (options, quoted) => {
    const make = () => oauthBackend(provider(), options as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(`\`${quoted}\``)
  })

  it.each([
    [{ id: 'credentials', type: 'credentials' }],
    [{ id: 'twitter', type: 'oauth', version: '1.0A' }],
    [{ id: 'twitter', type: 'oauth', version: '2.0', options: { version: '1.0A' } }],
  ])('want an OAuth 2 provider: %j', (given) => {
    expect(() => oauthBackend(given as never)).toThrow(TypeError)
  })
})
