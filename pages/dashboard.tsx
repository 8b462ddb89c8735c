import Head from 'next/head'
import { useAuth } from 'next-auth-refresh/react'
import type { ReactElement } from 'react'
import { clockText, wholeSeconds } from '../demo/clock'
import { Figure, Figures } from '../demo/Figures'
import { useLiveToken, type LiveToken } from '../demo/LiveToken'
import { ProblemNote } from '../demo/ProblemNote'
import { ProfileList } from '../demo/ProfileList'
import { TokenLife } from '../demo/TokenLife'
import { useProfile } from '../demo/use-profile'

export default function Dashboard(): ReactElement {
  const isAuthenticated = useAuth(true)
  const held = useLiveToken()
  const token = isAuthenticated ? held : undefined

  return (
    <>
      <Head>
        <title>Dashboard · next-auth-refresh</title>
      </Head>
      <header>
        <h1>Dashboard</h1>
        <p className="lead">Leave this page open: the access token is renewed in its window, again and again.</p>
      </header>
      <div className="panels">
        <TokenPanel token={token} />
        <ProfilePanel version={token?.expiresAt} />
      </div>
    </>
  )
}

function TokenPanel({ token }: { token: LiveToken | undefined }): ReactElement {
  const left = token && token.expiresAt - token.now
  const duration = left === undefined ? undefined : `PT${wholeSeconds(left)}S`

  return (
    <section className="panel" aria-labelledby="token" aria-busy={!token} data-phase={token?.phase}>
      <h2 id="token">The access token {token?.phase === 'expired' ? 'has expired' : 'expires in'}</h2>
      <p className="countdown">
        <time role="timer" dateTime={duration} data-testid="countdown">
          {left === undefined ? '–:––' : clockText(left)}
        </time>
        <span className="state">{token ? stateOf(token) : 'Looking for your session…'}</span>
      </p>
      <TokenLife token={token} />
      <Figures>
        <Figure label="Next poll" testId="next-poll">{token && nextPollOf(token)}</Figure>
        <Figure label="Window">{token && windowOf(token)}</Figure>
        <Figure label="Renewals" testId="renewals">{token?.renewals}</Figure>
      </Figures>
    </section>
  )
}

function stateOf({ phase, retryAt, now }: LiveToken): string {
  if (retryAt !== undefined) return `The backend is away. The next try is in ${clockText(retryAt - now)}.`
  if (phase === 'fresh') return 'Fresh: no request renews it.'
  return phase === 'due' ? 'In its window: the next request renews it.' : 'Expired: the next request renews it.'
}

function nextPollOf({ pollAt, now }: LiveToken): string {
  if (pollAt === undefined) return 'none'
  return pollAt > now ? `in ${clockText(pollAt - now)}` : 'now'
}

function windowOf({ phase, opensAt, now }: LiveToken): string {
  if (phase === 'fresh') return `opens in ${clockText(opensAt - now)}`
  return phase === 'due' ? 'open' : 'over'
}

function ProfilePanel({ version }: { version: number | undefined }): ReactElement {
  const { profile, fetchedAt, problem, loading, retry } = useProfile(version)

  return (
    <section className="panel" aria-labelledby="profile" aria-busy={loading}>
      <div className="section-head">
        <h2 id="profile">Fetched with this token</h2>
        <p className="readout">
          {loading ? 'fetching…' : fetchedAt !== undefined && `at ${new Date(fetchedAt).toLocaleTimeString()}`}
        </p>
      </div>
      {problem && (
        <ProblemNote problem={problem}>
          <button type="button" className="button" onClick={retry} disabled={loading}>
            Try again
          </button>
        </ProblemNote>
      )}
      <div data-testid="profile">{(profile || loading) && <ProfileList profile={profile} />}</div>
      <p className="aside">
        From <code>/api/me</code>, each time the token changes.
      </p>
    </section>
  )
}
