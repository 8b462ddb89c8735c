import Head from 'next/head'
import Link from 'next/link'
import { useAuth } from 'next-auth-refresh/react'
import { useSession } from 'next-auth/react'
import type { ReactElement } from 'react'
import { clockText } from '../demo/clock'
import { SignOutButton } from '../demo/Layout'
import { useLiveToken } from '../demo/LiveToken'
import { TokenLife } from '../demo/TokenLife'

export default function Home(): ReactElement {
  const isAuthenticated = useAuth()
  const { status } = useSession()
  const token = useLiveToken()

  return (
    <>
      <Head>
        <title>next-auth-refresh</title>
        <meta name="description" content="Keeps next-auth users signed in for as long as their refresh token lives." />
      </Head>

      <section className="hero">
        <h1>Signed in until it is really over.</h1>
        <p className="lead">
          A plugin for next-auth that renews each access token once, inside a window before it expires, and signs the
          user out only when the refresh token has died.
        </p>
        <div className="actions" aria-busy={status === 'loading'}>
          {status !== 'loading' &&
            (isAuthenticated ? (
              <>
                <Link className="button primary" href="/dashboard">
                  Open the dashboard
                </Link>
                <SignOutButton />
              </>
            ) : (
              <Link className="button primary" href="/login">
                Sign in
              </Link>
            ))}
        </div>
      </section>

      <section aria-labelledby="life">
        <div className="section-head">
          <h2 id="life">{token ? 'Your access token, now' : 'The life of an access token'}</h2>
          {token && (
            <p className="readout">
              expires in <span role="timer">{clockText(token.expiresAt - token.now)}</span>
            </p>
          )}
        </div>
        <TokenLife token={token} />
        <ol className="phases">
          <li className="phase-fresh">
            <h3>Left alone while fresh</h3>
            <p>However many requests carry it, none of them renews it.</p>
          </li>
          <li className="phase-due">
            <h3>Renewed once in its window</h3>
            <p>Tabs and requests may all ask at once: the server renews one time, and all get the same new token.</p>
          </li>
          <li className="phase-expired">
            <h3>Expired, not signed out</h3>
            <p>It gets here only while the backend is away, and the first renewal that comes through heals it.</p>
          </li>
        </ol>
      </section>

      <section aria-labelledby="pages">
        <h2 id="pages">See it work</h2>
        <ul className="pages">
          <li>
            <Link href="/dashboard">Dashboard</Link>
            <p>In the browser: a countdown, the next poll, and data fetched with each new token.</p>
          </li>
          <li>
            <Link href="/server">Server</Link>
            <p>On the server: a page rendered with a token that is fresh before the first byte is sent.</p>
          </li>
          <li>
            <Link href="/recipes">Recipes</Link>
            <p>Every way to fetch data with a fresh token, each a few lines long.</p>
          </li>
        </ul>
      </section>
    </>
  )
}
