// The apps that the provider knows: one client for each way to prove who is asking (`token_endpoint_auth_method`).
import { generateKeyPairSync, randomBytes } from 'node:crypto'

const SIGN_OUT_PATHS = ['/api/auth/federated-sign-out']

/**
 * Four clients, each of which has the apps' addresses registered once `register` has named them.
 *
 * `credentials` is what an app needs to be such a client: `clientId`, and `clientSecret` or `jwks` where it has one.
 */
export function createClients() {
  const secret = () => randomBytes(24).toString('base64url')
  const jwk = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'app' }
  const [basic, post] = [secret(), secret()]
  const credentials = {
    basic: { clientId: 'basic', clientSecret: basic, method: 'client_secret_basic' },
    post: { clientId: 'post', clientSecret: post, method: 'client_secret_post' },
    'private-key': { clientId: 'private-key', jwks: { keys: [jwk] }, method: 'private_key_jwt' },
    public: { clientId: 'public', method: 'none' },
  }
  const redirects = new Set()
  const postLogoutRedirects = new Set()

  return {
    credentials,

    /**
     * Lets an app sign its users in. By default its next-auth providers are named like the clients, or `demo`.
     * @param {{ origin: string, providerIds?: string[], signOutPaths?: string[] }} app
     */
    register({ origin, providerIds = [], signOutPaths = SIGN_OUT_PATHS }) {
      for (const id of [...Object.keys(credentials), 'demo', ...providerIds]) {
        redirects.add(`${origin}/api/auth/callback/${id}`)
      }
      for (const path of signOutPaths) postLogoutRedirects.add(new URL(path, origin).href)
    },

    /** A client's metadata, as its registration (RFC 7591) would state it. */
    find(id) {
      const client = Object.hasOwn(credentials, id) ? credentials[id] : undefined
      if (!client) return undefined
      const { clientSecret, jwks, method } = client
      return {
        client_id: id,
        client_name: 'the demo of next-auth-refresh',
        redirect_uris: [...redirects],
        post_logout_redirect_uris: [...postLogoutRedirects],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: method,
        ...(clientSecret && { client_secret: clientSecret }),
        ...(jwks && { jwks: { keys: jwks.keys.map(publicPart) } }),
      }
    },
  }
}

function publicPart({ kty, n, e, use, alg, kid }) {
  return { kty, n, e, use, alg, kid }
}
