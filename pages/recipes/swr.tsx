import Head from 'next/head'
import { useAuth } from 'next-auth-refresh/react'
import { useAuthSWR } from 'next-auth-refresh/swr'
import { useState, type ReactElement } from 'react'
import { useLiveToken } from '../../demo/LiveToken'
import { problemOf } from '../../demo/problem'
import { ProblemNote } from '../../demo/ProblemNote'
import type { Profile } from '../../demo/profile'
import { ProfileList } from '../../demo/ProfileList'

export default function SwrRecipe(): ReactElement {
  const isAuthenticated = useAuth(true)
  const token = useLiveToken()
  const [polls, setPolls] = useState({ answered: 0, failed: 0 })
  const { data, error, isLoading } = useAuthSWR<Profile>('/api/me', {
    refreshInterval: 1_000,
    // SWR shares answers for two seconds unless told otherwise.
    dedupingInterval: 500,
    onSuccess: () => setPolls((last) => ({ ...last, answered: last.answered + 1 })),
    onError: () => setPolls((last) => ({ ...last, failed: last.failed + 1 })),
  })

  return (
    <>
      <Head>
        <title>SWR through axios · next-auth-refresh</title>
      </Head>
      <header>
        <h1>SWR through axios</h1>
        <p className="lead">
          This page asks <code>/api/me</code> each second. Its polls go on through every renewal.
        </p>
      </header>
      <div className="panels">
        <section className="panel" aria-labelledby="polls" aria-busy={!isAuthenticated}>
          <h2 id="polls">Polls since this page was opened</h2>
          <dl className="figures">
            <div>
              <dt>Answered</dt>
              <dd data-testid="answered">{polls.answered}</dd>
            </div>
            <div>
              <dt>Failed</dt>
              <dd data-testid="failed">{polls.failed}</dd>
            </div>
            <div>
              <dt>Renewals since sign-in</dt>
              <dd data-testid="renewals">{token ? token.renewals : '–'}</dd>
            </div>
          </dl>
        </section>
        <section className="panel" aria-labelledby="profile" aria-busy={isLoading}>
          <h2 id="profile">The last answer</h2>
          {error && <ProblemNote problem={problemOf(error)} />}
          <div data-testid="profile">
            <ProfileList profile={data} />
          </div>
          <p className="aside">Cached for this user alone, and gone with the sign-out.</p>
        </section>
      </div>
    </>
  )
}
