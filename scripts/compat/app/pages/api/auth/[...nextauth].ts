import NextAuth from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { restBackend, withTokenRefresh } from 'next-auth-refresh'

const backend = restBackend({ baseURL: `http://127.0.0.1:${process.env.PORT ?? 3000}/api/backend` })

export const authOptions = withTokenRefresh(
  {
    providers: [
      CredentialsProvider({ credentials: { email: {}, password: {} }, authorize: backend.authorize }),
    ],
  },
  { refresh: backend.refresh, revoke: backend.revoke },
)

export default NextAuth(authOptions)
