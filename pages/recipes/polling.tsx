import { useAuth } from 'next-auth-refresh/react'
import type { ReactElement } from 'react'
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
      <dl className="figures">
        <div>
          <dt>Polls</dt>
          <dd data-testid="polls">{polls}</dd>
        </div>
        <div>
          <dt>Failed</dt>
          <dd data-testid="failures">{failures}</dd>
        </div>
        <div>
          <dt>Renewals</dt>
          <dd data-testid="renewals">{token ? token.renewals : '–'}</dd>
        </div>
      </dl>
      <ProfileList profile={data} />
    </section>
  )
}
