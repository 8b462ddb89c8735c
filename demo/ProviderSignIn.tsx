import { signIn } from 'next-auth/react'
import { useRouter } from 'next/router'
import { useState, type ReactElement } from 'react'

export interface ProviderSignInProps {
  provider: { id: string; name: string }
  /** The name that next-auth gives to an earlier failure. */
  error: string | null
}

const AWAY = 'The provider can’t be reached. Try again in a moment.'
const NOT_THROUGH = 'You came back from the provider without having signed in. Try again.'

/** Leads to the provider's own pages to sign in there, and says what kept it from that the last time. */
export function ProviderSignIn({ provider, error }: ProviderSignInProps): ReactElement {
  const { query } = useRouter()
  const [isLeaving, setIsLeaving] = useState(false)
  const [isAway, setIsAway] = useState(error === 'OAuthSignin')
  const message = isAway ? AWAY : error && error !== 'SessionRequired' ? NOT_THROUGH : undefined

  async function leave() {
    setIsLeaving(true)
    const callbackUrl = typeof query.callbackUrl === 'string' ? query.callbackUrl : '/'
    try {
      await signIn(provider.id, { callbackUrl })
    } catch {
      setIsLeaving(false)
      setIsAway(true)
    }
  }

  return (
    <>
      <p className="lead">On the provider’s own pages. You come back with tokens that it renews.</p>
      <div className="form" aria-busy={isLeaving}>
        <div className="outcome" role="alert">
          {message && !isLeaving && <p className="note">{message}</p>}
        </div>
        <button type="button" className="button primary wide" onClick={() => void leave()} disabled={isLeaving}>
          {isLeaving ? 'One moment…' : `Sign in with ${provider.name}`}
        </button>
      </div>
    </>
  )
}
