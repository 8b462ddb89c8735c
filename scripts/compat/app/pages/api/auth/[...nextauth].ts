import NextAuth from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { restBackend, withTokenRefresh } from 'next-auth-refresh'
import { backendURL } from '../../../backend-url'

const backend = restBackend({ baseURL: backendURL })

export const authOptions = withTokenRefresh(
  {
    providers: [CredentialsProvider({ credentials: { email: {}, password: {} }, authorize: backend.authorize })],
  },
  { refresh: backend.refresh, revoke: backend.revoke },
)

export default NextAuth(authOptions)
