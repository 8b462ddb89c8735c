import type { InferGetServerSidePropsType } from 'next'
import { useAuth } from 'next-auth-refresh/react'
import { withAuthProps } from 'next-auth-refresh/server'
import type { ReactElement } from 'react'
import { AnswerPanel } from '../../demo/AnswerPanel'
import { authOptions } from '../../demo/auth-options'
import { utcTime } from '../../demo/clock'
import { fetchProfile } from '../../demo/profile'
import { RecipePage } from '../../demo/RecipePage'

export const getServerSideProps = withAuthProps(authOptions, async (fresh) => ({
  props: { answer: await fetchProfile(fresh), renderedAt: Date.now() },
}))

type Props = InferGetServerSidePropsType<typeof getServerSideProps>

export default function ServerRendered({ answer, renderedAt }: Props): ReactElement {
  useAuth(true)

  return (
    <RecipePage href="/recipes/server-rendered">
      <AnswerPanel title="Fetched before the page was sent" answer={answer}>
        {`Rendered at ${utcTime(renderedAt)} UTC, the session included: the browser asked for none.`}
      </AnswerPanel>
    </RecipePage>
  )
}
