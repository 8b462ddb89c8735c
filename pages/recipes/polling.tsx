import { useAuth } from 'next-auth-refresh/react'
import type { ReactElement } from 'react'
import { Figure, Figures } from '../../demo/Figures'
import { useLiveToken } from '../../demo/LiveToken'
import type { Profile } from '../../demo/profile'
import { ProfileList } from '../../demo/ProfileList'
import { RecipePage } from '../../demo/RecipePage'
import { usePolling } from '../../demo/use-polling'

export default function PollingPage(): ReactElement {
  const isAuthenticated = useAuth(true)

  return (
    <RecipePage href="/recipes/polling">
      {isAuthenticated ? <Polled /> : <p className="loading">Looking for your session…</p>}
    </RecipePage>
  )
}

function Polled(): ReactElement {
  const { polls, failures, data } = usePolling<Profile>('/api/recipes/profile')
  const token = useLiveToken()

  return (
    <section className="panel" aria-labelledby="polled" aria-busy={!data}>
      <h2 id="polled">Asked each second</h2>
      <Figures>
        <Figure label="Polls" testId="polls">{polls}</Figure>
        <Figure label="Failed" testId="failures">{failures}</Figure>
        <Figure label="Renewals" testId="renewals">{token?.renewals}</Figure>
      </Figures>
      <ProfileList profile={data} />
    </section>
  )
}
