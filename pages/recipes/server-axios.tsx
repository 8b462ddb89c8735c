import axios from 'axios'
import type { InferGetServerSidePropsType } from 'next'
import { useAuth } from 'next-auth-refresh/react'
import { createServerAxios, withAuthProps, withFreshToken } from 'next-auth-refresh/server'
import type { ReactElement } from 'react'
import { AnswerPanel } from '../../demo/AnswerPanel'
import { authOptions } from '../../demo/auth-options'
import { backendURL } from '../../demo/backend'
import { answerOf } from '../../demo/profile'
import { RecipePage } from '../../demo/RecipePage'

const backend = { baseURL: backendURL(), timeout: 5_000 }

export const getServerSideProps = withAuthProps(authOptions, async ({ req, res }) => {
  // An instance that brings the token by itself.
  const api = createServerAxios({ req, res, authOptions, ...backend })
  const byInstance = await answerOf(api.get('users/me'))

  // A function that is handed the token, and once more with another one where this one is refused.
  const byWrapper = await answerOf(
    withFreshToken(req, res, authOptions, ({ accessToken }) =>
      axios.get('users/me', { ...backend, headers: { authorization: `Bearer ${accessToken}` } }),
    ),
  )
  return { props: { byInstance, byWrapper } }
})

type Props = InferGetServerSidePropsType<typeof getServerSideProps>

export default function ServerAxios({ byInstance, byWrapper }: Props): ReactElement {
  useAuth(true)

  return (
    <RecipePage href="/recipes/server-axios">
      <AnswerPanel title="Through an instance of its own" answer={byInstance} />
      <AnswerPanel title="Wrapped around a call" answer={byWrapper} />
    </RecipePage>
  )
}
