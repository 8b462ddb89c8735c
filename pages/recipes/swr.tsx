import { useAuth } from 'next-auth-refresh/react'
import { useAuthSWR } from 'next-auth-refresh/swr'
import { useState, type ReactElement } from 'react'
import { Figure, Figures } from '../../demo/Figures'
import { useLiveToken } from '../../demo/LiveToken'
import { problemOf } from '../../demo/problem'
import { ProblemNote } from '../../demo/ProblemNote'
import type { Profile } from '../../demo/profile'
import { ProfileList } from '../../demo/ProfileList'
import { RecipePage } from '../../demo/RecipePage'

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
    <RecipePage href="/recipes/swr">
      <section className="panel" aria-labelledby="polls" aria-busy={!isAuthenticated}>
        <h2 id="polls">Polls since this page was opened</h2>
        <Figures>
          <Figure label="Answered" testId="answered">{polls.answered}</Figure>
          <Figure label="Failed" testId="failed">{polls.failed}</Figure>
          <Figure label="Renewals since sign-in" testId="renewals">{token?.renewals}</Figure>
        </Figures>
      </section>
      <section className="panel" aria-labelledby="profile" aria-busy={isLoading}>
        <h2 id="profile">The last answer</h2>
        {error && <ProblemNote problem={problemOf(error)} />}
        <div data-testid="profile">
          <ProfileList profile={data} />
        </div>
        <p className="aside">Cached for this user alone, and gone with the sign-out.</p>
      </section>
    </RecipePage>
  )
}
