// An app with declarations of its own, as next-auth's guides and the tutorials have them: they stay possible.
import type { GetServerSideProps } from 'next'
import type { DefaultSession, NextAuthOptions, Session } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { withTokenRefresh, type RefreshedJWT, type RefreshedUser } from 'next-auth-refresh'
import { RefreshSessionProvider } from 'next-auth-refresh/react'
import { ensureFreshToken, withAuthProps } from 'next-auth-refresh/server'
import { expectType } from '../expect-type'

declare module 'next-auth' {
  interface Session {
    accessToken: string
    error?: string
    user: { id: string } & DefaultSession['user'] & Pick<RefreshedUser, 'roles'>
  }
}
declare module 'next-auth/jwt' {
  interface JWT extends Omit<RefreshedJWT, 'roles'> {
    roles: string
  }
}

declare const session: Session
declare const jwt: JWT
expectType<string>()(session.accessToken, true)
expectType<string>()(session.user.id, true)
expectType<string[] | undefined>()(session.user.roles, true)
expectType<string>()(jwt.roles, true)
expectType<number | undefined>()(jwt.accessTokenExpiry, true)

const authOptions: NextAuthOptions = withTokenRefresh({ providers: [] }, { refresh: () => Promise.resolve({}) })

export const getServerSideProps: GetServerSideProps = withAuthProps(authOptions, ({ session }) => {
  expectType<string>()(session.accessToken, true)
  expectType<string>()(session.user.id, true)
  return { props: {} }
})

export async function read(...[req, res]: [...Parameters<typeof ensureFreshToken>]): Promise<Session | undefined> {
  return (await ensureFreshToken(req, res, authOptions))?.session
}

export const provider = RefreshSessionProvider
