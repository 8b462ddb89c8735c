import { signIn, useSession } from 'next-auth/react'
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react'

/** Who may sign in at the embedded backend. */
const EMAIL = 'ada@example.com'
const PASSWORD = 'correct-horse'

type Outcome = 'idle' | 'pending' | 'accepted' | 'wrong' | 'unavailable' | 'offline'

const MESSAGES: Partial<Record<Outcome, string>> = {
  wrong: 'The e-mail or the password is wrong.',
  unavailable: 'The sign-in service can’t be reached. Your password was not checked; try again in a moment.',
  offline: 'You are offline. Connect and try again.',
}

export interface SignInFormProps {
  /** The name that next-auth gives to an earlier failure. */
  error: string | null
  /** Whether to tell whom the backend knows. */
  showsHint: boolean
}

/** Signs in with e-mail and password, and says what kept it from that. Where to go from here is not its matter. */
export function SignInForm({ error, showsHint }: SignInFormProps): ReactElement {
  const { status } = useSession()
  const [outcome, setOutcome] = useState<Outcome>(error ? outcomeOf(error) : 'idle')
  // Password managers and browsers fill in what React wouldn't hear of: the fields keep their values themselves.
  const email = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const isBusy = outcome === 'pending' || outcome === 'accepted'
  const isWrong = outcome === 'wrong'
  const message = MESSAGES[outcome]

  // Signed in, while the session didn't come through: the server knows it.
  useEffect(() => {
    if (outcome === 'accepted' && status === 'unauthenticated') window.location.reload()
  }, [outcome, status])

  useEffect(() => {
    if (isWrong) password.current?.select()
  }, [isWrong])

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isBusy || !email.current || !password.current) return
    setOutcome('pending')
    setOutcome(await authenticate(email.current.value, password.current.value))
  }

  function fillIn() {
    if (!email.current || !password.current) return
    email.current.value = EMAIL
    password.current.value = PASSWORD
    email.current.form?.querySelector('button')?.focus()
  }

  return (
    // Sent before its script has loaded, a form without a method would write the password into the address.
    <form className="form" method="post" onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
      <div className="field">
        <label htmlFor="email">E-mail</label>
        <input
          ref={email}
          id="email"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'outcome' : undefined}
        />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          ref={password}
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'outcome' : undefined}
        />
      </div>
      <div id="outcome" className="outcome" role="alert">
        {message && <p className="note">{message}</p>}
      </div>
      <button type="submit" className="button primary wide" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
      {showsHint && (
        <p className="hint">
          <span>
            To try it: <code>{EMAIL}</code> with <code>{PASSWORD}</code>
          </span>
          <button type="button" className="link" onClick={fillIn} disabled={isBusy}>
            Fill in
          </button>
        </p>
      )}
    </form>
  )
}

async function authenticate(email: string, password: string): Promise<Outcome> {
  // Without an answer, next-auth's `signIn` leads away to an error page.
  if (!navigator.onLine) return 'offline'
  try {
    const result = await signIn('credentials', { email, password, redirect: false })
    if (result?.ok) return 'accepted'
    return outcomeOf(result?.error)
  } catch {
    return 'unavailable'
  }
}

/** next-auth names what it was told: that the credentials are wrong, or else whatever kept it from finding out. */
function outcomeOf(error: string | null | undefined): Outcome {
  if (error === 'SessionRequired') return 'idle'
  return error === 'CredentialsSignin' ? 'wrong' : 'unavailable'
}
