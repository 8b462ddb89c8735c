import type { OAuthConfig } from 'next-auth/providers/oauth'
import AzureAD from 'next-auth/providers/azure-ad'
import FusionAuth from 'next-auth/providers/fusionauth'
import OneLogin from 'next-auth/providers/onelogin'
import { oauthBackend, type OAuthBackendOptions } from '../../../lib'
import { takeClock } from '../../support/clock'
import { html, json, startOAuthServer, type OAuthServer } from '../../support/oauth-server'

let server: OAuthServer
beforeEach(async () => (server = await startOAuthServer()))
afterEach(() => server.close())

const CLIENT = { clientId: 'app', clientSecret: 'secret' }
const tokenSet = { accessToken: 'access-1', accessTokenExpiry: 0, refreshToken: 'refresh-1' }

function provider(settings: Partial<OAuthConfig<unknown>> = {}): OAuthConfig<unknown> {
  const wellKnown = `${server.origin}/.well-known/openid-configuration`
  return { id: 'p', name: 'P', type: 'oauth', wellKnown, profile: () => ({ id: '1' }), ...CLIENT, ...settings }
}
const refresh = <P>(given: OAuthConfig<P>, options?: OAuthBackendOptions) =>
  oauthBackend(given, options).refresh(tokenSet, { provider: given.id, signal: AbortSignal.timeout(5_000) })
const addressOf = (url: string | URL | Request) => new URL(url instanceof Request ? url.url : url)
const failure = (promise: Promise<unknown>) => promise.then(() => undefined, (error: { code: string; message: string }) => error)

describe('the discovery document', () => {
  it('is read once for all who ask at the same time, and kept, also between copies of the module', async () => {
    await Promise.all(Array.from({ length: 20 }, () => refresh(provider())))
    await jest.isolateModulesAsync(async () => {
      const copy = await import('../../../lib')
      await copy.oauthBackend(provider()).refresh(tokenSet, { provider: 'p', signal: AbortSignal.timeout(5_000) })
    })
    expect(server.discoveries).toBe(1)
    expect(server.requests).toHaveLength(21)
  })

  it('is read anew after an hour', async () => {
    const clock = takeClock()
    try {
      await refresh(provider())
      clock.pass(3_590)
      await refresh(provider())
      expect(server.discoveries).toBe(1)
      clock.pass(20)
      await refresh(provider())
      expect(server.discoveries).toBe(2)
    } finally {
      clock.restore()
    }
  })

  it('is forgotten where there are more than a hundred of them', async () => {
    const at = (tenant: number) => provider({ wellKnown: `${server.origin}/${tenant}/.well-known/openid-configuration` })
    for (let tenant = 0; tenant <= 100; tenant += 1) await refresh(at(tenant))
    expect(server.discoveries).toBe(101)
    await refresh(at(100))
    expect(server.discoveries).toBe(101)
    await refresh(at(0))
    expect(server.discoveries).toBe(102)
  })

  it.each([
    ['the page of a proxy', html(), 'unavailable'],
    ['503', json({}, 503), 'unavailable'],
    ['401', json({ error: 'invalid_grant' }, 401), 'unavailable'],
    ['400', json({ error: 'invalid_grant' }, 400), 'unavailable'],
    ['404', json({}, 404), 'configuration'],
    ['a redirect', (res) => res.writeHead(301, { location: '/elsewhere' }).end(), 'unavailable'],
    ['nothing', (res) => res.destroy(), 'unavailable'],
    ['no issuer', json({ token_endpoint: 'https://x.example/token' }), 'invalid_response'],
    ['no token endpoint', (res) => json({ issuer: server.origin })(res), 'invalid_response'],
    ['an endpoint that is no URL', (res) => json({ issuer: server.origin, token_endpoint: '/token' })(res), 'configuration'],
  ] as [string, OAuthServer['token'], string][])('that fails says nothing of the refresh token, and is read again: %s', async (_, answer, code) => {
    server.discovery = answer
    expect(await failure(refresh(provider()))).toMatchObject({ code })
    expect(server.requests).toEqual([])
    if (code === 'configuration' && _.includes('URL')) return
    server.discovery = undefined
    expect(await failure(refresh(provider()))).toBeUndefined()
  })

  it('that nobody serves is a passing fault', async () => {
    const given = provider()
    await server.close()
    const error = await failure(refresh(given))
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') })
  })

  it('is found beside the issuer where `wellKnown` is no address of a document, as openid-client has it', async () => {
    await refresh(provider({ wellKnown: `${server.origin}/realms/one/` }))
    expect(server.discoveries).toBe(1)
  })
})

describe('the issuer of the document', () => {
  it.each([
    ['that it is found at', '', {}],
    ['that it is found at, but for a slash', '/', {}],
    ['of the settings', 'https://id.example.com/one', { issuer: 'https://id.example.com/one/' }],
  ])('may be the one %s', async (_, issuer, settings) => {
    server.metadata = { issuer: issuer.startsWith('https') ? issuer : server.origin + issuer }
    expect(await failure(refresh(provider(settings)))).toBeUndefined()
  })

  it('may be one below the issuer of the settings', async () => {
    expect(await failure(refresh(OneLogin({ ...CLIENT, issuer: server.origin })))).toBeUndefined()
  })

  it('may be one whose path comes last, as RFC 8414 has it', async () => {
    const wellKnown = (document: string) => provider({ wellKnown: `${server.origin}/.well-known/${document}` })
    server.metadata = { issuer: `${server.origin}/realms/one` }
    expect(await failure(refresh(wellKnown('oauth-authorization-server/realms/one')))).toBeUndefined()
    expect(await failure(refresh(wellKnown('oauth-authorization-server/realms/one/?x=y')))).toBeUndefined()
    expect(await failure(refresh(wellKnown('oauth-authorization-server/realms/two')))).toMatchObject({ code: 'configuration' })
  })

  it('that is another one is a fault of the settings, which names both and is found out anew each time', async () => {
    server.metadata = { issuer: 'https://id.example.com/realms/one?secret' }
    const error = await failure(refresh(provider({ issuer: 'https://other.example' })))
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringContaining('https://id.example.com/realms/one,') })
    expect(error?.message).toContain(server.origin)
    expect(server.requests).toEqual([])
    server.metadata = {}
    expect(await failure(refresh(provider()))).toBeUndefined()
  })

  it('may be any where providers of its kind name one of their own', async () => {
    server.metadata = { issuer: 'acme.com' }
    expect(await failure(refresh(FusionAuth({ ...CLIENT, issuer: server.origin })))).toBeUndefined()
    const document = json({ issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0', token_endpoint: `${server.origin}/token` })
    const asked: string[] = []
    const entra: typeof fetch = async (url, init) => {
      const { href } = addressOf(url)
      asked.push(href)
      if (!href.includes('well-known')) return fetch(url, init)
      server.discovery = document
      return fetch(`${server.origin}/.well-known/x`)
    }
    await refresh(AzureAD({ ...CLIENT, tenantId: 'contoso.example' }), { fetch: entra })
    await refresh(provider({ wellKnown: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration' }), { fetch: entra })
    expect(asked).toHaveLength(4)
    expect(server.requests).toHaveLength(3)
  })
})

describe('an endpoint that is not HTTPS', () => {
  const environment = process.env as { NODE_ENV?: string | undefined }
  const before = environment.NODE_ENV
  afterEach(() => {
    environment.NODE_ENV = before
  })
  /** Answers for every host, so that no name has to be looked up. */
  const anyHost = (): typeof fetch => (url, init) => {
    const { pathname } = addressOf(url)
    return fetch(server.origin + pathname, init)
  }
  const stated = (token: string): OAuthConfig<unknown> => {
    const { wellKnown: _, ...rest } = provider({ token })
    return rest
  }

  it.each([
    ['a stated one', () => stated('http://id.internal:8080/token?secret=x')],
    ['a discovery document', () => provider({ wellKnown: 'http://id.internal:8080/.well-known/openid-configuration' })],
    ['a discovered one', () => {
      server.metadata = { issuer: 'https://id.example', token_endpoint: 'http://id.internal:8080/token' }
      return provider({ wellKnown: 'https://id.example/.well-known/openid-configuration' })
    }],
  ])('is refused in production, unless it is allowed: %s', async (_, given) => {
    environment.NODE_ENV = 'production'
    const error = await failure(refresh(given(), { fetch: anyHost() }))
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringMatching(/id\.internal:8080.*`allowInsecure`/) })
    expect(error?.message).not.toContain('secret')
    expect(server.requests).toEqual([])
    server.metadata = { ...server.metadata, issuer: new URL(given().wellKnown ?? 'http://x').origin }
    expect(await failure(refresh(given(), { fetch: anyHost(), allowInsecure: true }))).toBeUndefined()
  })

  it('is refused for revocations as well', async () => {
    environment.NODE_ENV = 'production'
    server.metadata = { issuer: 'https://two.example', token_endpoint: 'https://two.example/token', revocation_endpoint: 'http://two.example/revocation' }
    const backend = oauthBackend(provider({ wellKnown: 'https://two.example/.well-known/openid-configuration' }), { fetch: anyHost() })
    const revoking = backend.revoke(tokenSet, { provider: 'p', signal: AbortSignal.timeout(5_000) })
    expect(await failure(Promise.resolve(revoking))).toMatchObject({ code: 'configuration', message: expect.stringContaining('revocation') })
    expect(server.requests).toEqual([])
  })

  it.each(['localhost', '127.0.0.1', '127.8.8.8', '[::1]', 'keycloak.localhost'])('is fine on this machine: %s', async (host) => {
    environment.NODE_ENV = 'production'
    expect(await failure(refresh(stated(`http://${host}/token`), { fetch: anyHost() }))).toBeUndefined()
  })

  it.each(['notlocalhost', 'localhost.example', '127.0.0.1.example', '128.0.0.1'])('is not on this machine: %s', async (host) => {
    environment.NODE_ENV = 'production'
    expect(await failure(refresh(stated(`http://${host}/token`), { fetch: anyHost() }))).toMatchObject({ code: 'configuration' })
  })

  it('is fine while the app is being made', async () => {
    environment.NODE_ENV = 'development'
    expect(await failure(refresh(stated('http://id.internal/token'), { fetch: anyHost() }))).toBeUndefined()
  })

  it.each(['ftp://id.example/token', 'file:///etc/passwd', 'nonsense'])('is none at all: %s', async (token) => {
    expect(await failure(refresh(stated(token), { fetch: anyHost(), allowInsecure: true }))).toMatchObject({ code: 'configuration' })
    expect(server.requests).toEqual([])
  })
})
