import type { InferGetServerSidePropsType } from 'next'
import { createServerAxios, withAuthProps } from 'next-auth-refresh/server'
import { backendURL } from '../backend-url'
import { authOptions } from './api/auth/[...nextauth]'

export const getServerSideProps = withAuthProps(authOptions, async ({ req, res }) => {
  const backend = createServerAxios({ req, res, authOptions, baseURL: backendURL })
  const { data } = await backend.get<{ email: string }>('users/me')
  return { props: { email: data.email } }
})

export default function Profile({ email, session }: InferGetServerSidePropsType<typeof getServerSideProps>) {
  return (
    <p>
      {email} until {session.expires}
    </p>
  )
}
