import type { GetServerSideProps, InferGetServerSidePropsType } from 'next'
import Head from 'next/head'
import { useRouter } from 'next/router'
import { useAuth } from 'next-auth-refresh/react'
import { ensureFreshToken, type FreshToken } from 'next-auth-refresh/server'
import { useState, type ReactElement } from 'react'
import { authOptions } from '../demo/auth-options'
import { clockText, utcTime } from '../demo/clock'
import { Figure, Figures } from '../demo/Figures'
import { ProblemNote } from '../demo/ProblemNote'
import { fetchProfile, type ProfileAnswer } from '../demo/profile'
import { ProfileList } from '../demo/ProfileList'

interface ServerProps {
  session: FreshToken['session']
  answer: ProfileAnswer
  accessTokenExpiry: number
  renderedAt: number
}

export const getServerSideProps: GetServerSideProps<ServerProps> = async ({ req, res }) => {
  const token = await ensureFreshToken(req, res, authOptions)
  if (!token) return { redirect: { destination: '/login?callbackUrl=%2Fserver', permanent: false } }
  const answer = await fetchProfile(token)
  const { accessTokenExpiry } = token
  return { props: { session: token.session, answer, accessTokenExpiry, renderedAt: Date.now() } }
}

export default function Server(props: InferGetServerSidePropsType<typeof getServerSideProps>): ReactElement {
  const { answer, accessTokenExpiry, renderedAt } = props
  const router = useRouter()
  const [rendering, setRendering] = useState(false)
  useAuth(true)

  async function renderAgain() {
    setRendering(true)
    await router.replace(router.asPath).finally(() => setRendering(false))
  }

  return (
    <>
      <Head>
        <title>Server · next-auth-refresh</title>
      </Head>
      <header>
        <h1>Server</h1>
        <p className="lead">
          Rendered by <code>getServerSideProps</code>, with a token that was fresh before the page was.
        </p>
      </header>

      <div className="panels">
        <section className="panel" aria-labelledby="token">
          <h2 id="token">Access token</h2>
          <Figures>
            <Figure label="Rendered at, UTC">{utcTime(renderedAt)}</Figure>
            <Figure label="Expires at, UTC">{utcTime(accessTokenExpiry)}</Figure>
            <Figure label="Left when rendered">{clockText(accessTokenExpiry - renderedAt)}</Figure>
          </Figures>
          <button type="button" className="button" onClick={() => void renderAgain()} disabled={rendering}>
            {rendering ? 'Rendering…' : 'Render again'}
          </button>
        </section>

        <section className="panel" aria-labelledby="profile">
          <h2 id="profile">Fetched with this token</h2>
          {'problem' in answer ? <ProblemNote problem={answer.problem} /> : <ProfileList profile={answer.profile} />}
        </section>
      </div>
    </>
  )
}
