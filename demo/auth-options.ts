import { restBackend, withTokenRefresh } from 'next-auth-refresh'
import CredentialsProvider from 'next-auth/providers/credentials'
import { backendURL } from './backend'
import { coordinator } from './coordinator'

const backend = restBackend({ baseURL: backendURL() })

export const authOptions = withTokenRefresh(
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
