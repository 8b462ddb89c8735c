import type { OAuthConfig } from 'next-auth/providers/oauth'
import type { OidcClientName, OidcServer } from './oidc-server'

interface Claims {
  sub: string
  name: string
  email: string
}

/** What an app writes to sign its users in at this provider as one of its clients; its id is the client's unless named. */
export function oidcProvider(oidc: OidcServer, name: OidcClientName, id: string = name): OAuthConfig<Claims> {
  const { clientId, clientSecret, jwks, method } = oidc.clients[name]
  return {
    id,
    name: 'Demo provider',
    type: 'oauth',
    wellKnown: oidc.wellKnown,
    idToken: true,
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(jwks && { jwks }),
    client: { token_endpoint_auth_method: method },
    checks: ['pkce', 'state'],
    authorization: { params: { scope: 'openid email profile' } },
    profile: ({ sub, name: fullName, email }) => ({ id: sub, name: fullName, email }),
  }
}
