import { restBackend, withTokenRefresh } from 'next-auth-refresh'
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { backendURL } from './backend'
import { coordinator } from './coordinator'
import { oidcProvider } from './oidc-provider'

export const authOptions = withProvider() ?? withPassword()

/** Tokens of an OpenID provider: its own settings are all that the library needs. */
function withProvider(): NextAuthOptions | undefined {
  const provider = oidcProvider()
  if (!provider) return undefined
  return withTokenRefresh({
    providers: [provider],
    pages: { signIn: '/login' },
    callbacks: { session: ({ session }) => ({ ...session, endsAtProvider: true }) },
  })
}

/** Tokens of a backend that speaks JSON. */
function withPassword(): NextAuthOptions {
  const backend = restBackend({ baseURL: backendURL() })
  return withTokenRefresh(
    {
      providers: [
        CredentialsProvider({
          name: 'Credentials',
          credentials: { email: { label: 'E-mail', type: 'email' }, password: { label: 'Password', type: 'password' } },
          authorize: backend.authorize,
        }),
      ],
      pages: { signIn: '/login' },
    },
    {
      refresh: backend.refresh,
      revoke: backend.revoke,
      coordinator: coordinator(),
      // With the proxy, pages need no token.
      exposeAccessToken: process.env.EXPOSE_ACCESS_TOKEN !== 'false',
    },
  )
}
