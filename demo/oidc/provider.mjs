// An OpenID provider for the demo and the tests: oidc-provider, strict, and in memory.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { jwtVerify } from 'jose'
import { Provider } from 'oidc-provider'
import { createClients } from './clients.mjs'
import { countEvents } from './counters.mjs'
import { allow, interactions } from './interactions.mjs'
import { errorPage, signedOutPage, signingOutPage, signOutPage } from './pages.mjs'
import { createStore } from './store.mjs'
import { users } from './users.mjs'

const SCOPES = ['openid', 'email', 'profile', 'offline_access']
const HOUR = 3_600
const DAY = 24 * HOUR

/**
 * @typedef {object} ProviderSettings durations are seconds
 * @property {number} [accessTokenLifetime] 60 by default
 * @property {number} [refreshTokenLifetime] 14 days by default; a rotation starts it anew
 * @property {'opaque' | 'jwt'} [accessTokens] opaque ones, which userinfo takes, by default; `users/me` takes both
 * @property {'always' | 'offline_access'} [refreshTokens] who gets one: every sign-in by default, or those that ask
 */

/**
 * The provider at `issuer`: refresh tokens rotate, and presenting a spent one revokes the grant with all its tokens.
 *
 * @param {string} issuer @param {ProviderSettings} settings
 */
export function createProvider(issuer, settings = {}) {
  const { accessTokenLifetime = 60, refreshTokenLifetime = 14 * DAY, accessTokens = 'opaque', refreshTokens = 'always' } = settings
  const clients = createClients()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const Store = createStore()
  const api = `${issuer}/users`

  const provider = new Provider(issuer, {
    adapter: class extends Store {
      async find(id) {
        return this.model === 'Client' ? clients.find(id) : super.find(id)
      }
    },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'provider' }] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Without TLS a browser drops what is for other sites as well.
      long: { httpOnly: true, sameSite: 'lax' },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    scopes: SCOPES,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'roles'] },
    // Like most providers, and against the letter of OpenID Connect: what userinfo tells is in the ID token as well.
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => accountOf(id),
    pkce: { required: (_ctx, client) => client.clientAuthMethod === 'none' },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && (refreshTokens === 'always' || code.scopes.has('offline_access')),
    // The demo's provider and its app are of one house: nobody has to allow anything, unless the app wants it asked.
    loadExistingGrant: loadOrAllow,
    ttl: {
      AccessToken: accessTokenLifetime,
      AuthorizationCode: 60,
      Grant: 30 * DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: refreshTokenLifetime,
      Session: 14 * DAY,
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        // An ID token shows that the user comes from the app itself; without one a link on any page may have led here.
        logoutSource(ctx, form) {
          const { IdTokenHint: hint, Client: client } = ctx.oidc.entities
          const isKnown = hint?.payload.sub === ctx.oidc.session.accountId
          ctx.body = isKnown ? signingOutPage(form) : signOutPage({ client: client?.clientName, form })
        },
        postLogoutSuccessSource(ctx) {
          ctx.body = signedOutPage()
        },
      },
      resourceIndicators: {
        enabled: accessTokens === 'jwt',
        defaultResource: () => api,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: api,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenLifetime,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = errorPage(out)
    },
  })

  const counters = countEvents(provider)
  provider.use(interactions(provider))
  provider.use(usersAPI(async (token) => {
    if (accessTokens === 'opaque') return (await provider.AccessToken.find(token))?.accountId
    return (await jwtVerify(token, publicKey, { issuer, audience: api })).payload.sub
  }))
  return { provider, clients, counters }
}

/** The grant that this browser's session has with the client, or a new one. */
async function loadOrAllow(ctx) {
  const { provider, client, session, result, params } = ctx.oidc
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  if (grantId) return provider.Grant.find(grantId)
  const id = await allow(provider, { accountId: session.accountId, clientId: client.clientId, scope: params.scope })
  return provider.Grant.find(id)
}

function accountOf(id) {
  const user = users.find((each) => each.id === id)
  return user && {
    accountId: id,
    claims: () => ({ sub: id, name: user.name, email: user.email, email_verified: true, roles: user.roles }),
  }
}

/**
 * `GET /users/me`, for whoever has an access token: what a backend behind this provider would offer.
 *
 * @param {(token: string) => Promise<string | undefined>} ownerOf whose a token is, if it is good
 */
function usersAPI(ownerOf) {
  return async (ctx, next) => {
    if (ctx.path !== '/users/me') return next()
    const [, token] = /^Bearer (\S+)$/i.exec(ctx.get('authorization')) ?? []
    const owner = token && (await ownerOf(token).catch(() => undefined))
    const user = users.find(({ id }) => id === owner)
    if (!user) {
      ctx.status = 401
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"')
      ctx.body = { error: 'invalid_token' }
      return
    }
    const { id, name, email, roles } = user
    ctx.body = { id, name, email, roles }
  }
}
