import type { InferGetServerSidePropsType } from 'next'
import { useAuth } from 'next-auth-refresh/react'
import { withAuthProps } from 'next-auth-refresh/server'
import type { ReactElement } from 'react'
import { AnswerPanel } from '../../demo/AnswerPanel'
import { authOptions } from '../../demo/auth-options'
import { ProblemNote } from '../../demo/ProblemNote'
import { fetchProfile } from '../../demo/profile'
import { RecipePage } from '../../demo/RecipePage'

const ROLES = ['admin']
const FORBIDDEN = { status: 403, title: 'This page is for admins', detail: 'You are signed in, without that role.' }

export const getServerSideProps = withAuthProps(
  authOptions,
  async (fresh) => ({ props: { answer: await fetchProfile(fresh) } }),
  { roles: ROLES },
)

export default function Admin(props: InferGetServerSidePropsType<typeof getServerSideProps>): ReactElement {
  useAuth({ redirect: true, roles: ROLES })

  return (
    <RecipePage href="/recipes/admin">
      {props.forbidden ? (
        <ProblemNote problem={FORBIDDEN} />
      ) : (
        <AnswerPanel title="For admins’ eyes only" answer={props.answer} />
      )}
    </RecipePage>
  )
}
