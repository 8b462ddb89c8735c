// An app that has asked for the augmentation.
import 'next-auth-refresh/types'
import type { NextAuthOptions, Session, User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import type { SessionTokenRefresh } from 'next-auth-refresh'
import { useSession } from 'next-auth/react'
import { expectType } from '../expect-type'

declare const session: Session
expectType<string | undefined>()(session.accessToken, true)
expectType<number | undefined>()(session.accessTokenExpiry, true)
expectType<SessionTokenRefresh | undefined>()(session.tokenRefresh, true)
expectType<'RefreshAccessTokenError' | undefined>()(session.error, true)
expectType<string[] | undefined>()(session.user?.roles, true)
expectType<string | null | undefined>()(session.user?.email, true)

declare const jwt: JWT
expectType<string | undefined>()(jwt.accessToken, true)
expectType<string | undefined>()(jwt.refreshToken, true)
expectType<string[] | undefined>()(jwt.roles, true)
// @ts-expect-error -- roles are names
jwt.roles = [1]

export const user: User = { id: '1', roles: ['admin'], accessToken: 'a', refreshToken: 'r', expiresIn: 60 }

export function Name(): string | undefined {
  const { data } = useSession()
  return data?.user?.roles?.[0] ?? data?.error
}

export const callbacks: NextAuthOptions['callbacks'] = {
  session: ({ session, token }) => ({ ...session, isAdmin: token.roles?.includes('admin') }),
}
