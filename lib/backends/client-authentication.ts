import { ClientSecretJwt, modifyAssertion, None, PrivateKeyJwt, type AuthorizationServer, type ClientAuth } from 'oauth4webapi'
import { RefreshError } from '../errors'
import type { UnknownRecord } from '../record'
import type { OAuthSettings } from './oauth-settings'
import { signingKey } from './signing-key'

/**
 * How the client proves itself at an endpoint, with the method that next-auth uses at sign-in: the one that `client` in the
 * provider's settings names, else `client_secret_basic`, unless the provider announces `client_secret_post` in its stead.
 *
 * @throws {RefreshError} `configuration` for a method that isn't known here, or whose secret or key is missing
 */
export async function clientAuthentication(
  settings: OAuthSettings,
  server: AuthorizationServer,
  endpoint: 'token' | 'revocation',
): Promise<ClientAuth> {
  const { client, clientSecret } = settings
  const method = setting(client, endpoint, 'auth_method') ?? defaultMethod(server)
  const requireSecret = (): string => {
    if (clientSecret !== undefined) return clientSecret
    throw new RefreshError(
      'configuration',
      `The provider has no \`clientSecret\`, which the client authentication ${named(method)} needs.`,
    )
  }
  switch (method) {
    case 'client_secret_basic':
      return basic(requireSecret())
    case 'client_secret_post':
      return post(requireSecret())
    case 'client_secret_jwt': {
      const alg = setting(client, endpoint, 'auth_signing_alg') ?? 'HS256'
      if (alg === 'HS256') return ClientSecretJwt(requireSecret())
      throw new RefreshError('configuration', 'The client authentication client_secret_jwt signs with HS256 alone.')
    }
    case 'private_key_jwt': {
      const supported = server[`${endpoint}_endpoint_auth_signing_alg_values_supported`]
      const { key, kid, alg } = await signingKey(settings.keys, setting(client, endpoint, 'auth_signing_alg'), supported)
      // EdDSA has two names, and the library knows the newer one alone.
      const withItsName = (header: object) => void Object.assign(header, { alg })
      return PrivateKeyJwt({ key, ...(kid !== undefined && { kid }) }, { [modifyAssertion]: withItsName })
    }
    case 'none':
      return None()
    default:
      throw new RefreshError(
        'configuration',
        `The client authentication ${named(method)} is not known here; pass a \`refresh\` of your own.`,
      )
  }
}

function named(method: unknown): string {
  return typeof method === 'string' ? method : 'of its settings'
}

/** What `client` says for this endpoint, else for the token endpoint. */
function setting(client: UnknownRecord, endpoint: string, name: string): unknown {
  return client[`${endpoint}_endpoint_${name}`] ?? client[`token_endpoint_${name}`]
}

function defaultMethod({ token_endpoint_auth_methods_supported: supported }: AuthorizationServer): string {
  const takesPostAlone =
    Array.isArray(supported) && !supported.includes('client_secret_basic') && supported.includes('client_secret_post')
  return takesPostAlone ? 'client_secret_post' : 'client_secret_basic'
}

/**
 * HTTP Basic (RFC 6749 §2.3.1), encoded as openid-client does for next-auth at sign-in. The library's own encodes some more
 * characters, such as `-`; not every provider decodes them, and what it took at sign-in it takes here.
 */
function basic(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const credentials = [client_id, clientSecret].map(formEncoded).join(':')
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
  }
}

function post(clientSecret: string): ClientAuth {
  return (_server, { client_id }, body) => {
    body.set('client_id', client_id)
    body.set('client_secret', clientSecret)
  }
}

function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}
