import type { OAuthConfig } from 'next-auth/providers/oauth'

interface Claims {
  sub: string
  name?: string
  preferred_username?: string
  email?: string
  roles?: string[]
}

/**
 * The OpenID provider that `OIDC_ISSUER` names, with this app's `OIDC_CLIENT_ID` there and, unless it is a public client,
 * its `OIDC_CLIENT_SECRET`. `undefined` without `OIDC_ISSUER`: people sign in with a password then.
 */
export function oidcProvider(): OAuthConfig<Claims> | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId = 'demo', OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = process.env
  if (!issuer) return undefined
  return {
    id: 'demo',
    name: name || 'the demo provider',
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    idToken: true,
    clientId,
    ...(clientSecret ? { clientSecret } : { client: { token_endpoint_auth_method: 'none' } }),
    authorization: { params: { scope: 'openid email profile' } },
    checks: ['pkce', 'state'],
    profile: ({ sub, name, preferred_username: username, email = '', roles = [] }) => ({
      id: sub,
      name: name ?? username ?? email,
      email,
      roles,
    }),
  }
}
