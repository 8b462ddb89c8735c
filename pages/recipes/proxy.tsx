import { useAuth, type RefreshedSession } from 'next-auth-refresh/react'
import type { Session } from 'next-auth'
import { useSession } from 'next-auth/react'
import { useState, type ReactElement } from 'react'
import useSWR from 'swr'
import { fetchJSON } from '../../demo/fetch-json'
import { Figure, Figures } from '../../demo/Figures'
import type { Problem } from '../../demo/problem'
import { ProblemNote } from '../../demo/ProblemNote'
import type { Profile } from '../../demo/profile'
import { ProfileList } from '../../demo/ProfileList'
import { RecipePage } from '../../demo/RecipePage'

export default function ThroughTheProxy(): ReactElement {
  const isAuthenticated = useAuth(true)
  const [polls, setPolls] = useState({ good: 0, failed: 0 })
  const { data, error } = useSWR<Profile, Problem>(isAuthenticated ? '/api/proxy/users/me' : null, fetchJSON, {
    refreshInterval: 1_000,
    // SWR's own is 2 s, which would swallow every other poll.
    dedupingInterval: 500,
    onSuccess: () => setPolls(({ good, failed }) => ({ good: good + 1, failed })),
    onError: () => setPolls(({ good, failed }) => ({ good, failed: failed + 1 })),
  })

  return (
    <RecipePage href="/recipes/proxy">
      <section className="panel" aria-labelledby="polls">
        <h2 id="polls">Asked each second</h2>
        <Figures>
          <Figure label="Answered" testId="answered">{polls.good}</Figure>
          <Figure label="Failed" testId="failed">{polls.failed}</Figure>
        </Figures>
        <Exposure />
      </section>
      <section className="panel" aria-labelledby="profile" aria-busy={!data}>
        <h2 id="profile">Fetched through the proxy</h2>
        {error && <ProblemNote problem={error} />}
        <div data-testid="profile">{(data || !error) && <ProfileList profile={data} />}</div>
      </section>
    </RecipePage>
  )
}

/** Whether this browser holds a token that it has no need of. */
function Exposure(): ReactElement {
  const session: (Session & RefreshedSession) | null = useSession().data
  const isHidden = session?.accessToken === undefined
  return (
    <p className="aside">
      {isHidden ? 'This browser holds no access token. ' : 'This browser holds an access token all the same. '}
      <code>exposeAccessToken: false</code> keeps tokens from it; this demo does so with{' '}
      <code>EXPOSE_ACCESS_TOKEN=false</code>.
    </p>
  )
}
