import Link from 'next/link'
import { useRouter } from 'next/router'
import { signOut, useSession } from 'next-auth/react'
import { useState, type ReactElement, type ReactNode } from 'react'
import { Mark } from './Mark'

const PAGES = [
  { href: '/', name: 'Home' },
  { href: '/dashboard', name: 'Dashboard' },
  { href: '/server', name: 'Server' },
  { href: '/recipes', name: 'Recipes' },
]

/** Whether an entry of the navigation leads to the page itself, or to the list that it belongs to. */
function currentOf(pathname: string, href: string): 'page' | 'true' | undefined {
  if (pathname === href) return 'page'
  return href !== '/' && pathname.startsWith(`${href}/`) ? 'true' : undefined
}

/** What all pages share: the header with who is signed in, and the footer. */
export function Layout({ children }: { children: ReactNode }): ReactElement {
  const { pathname } = useRouter()

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="header">
        <Link className="brand" href="/">
          <Mark />
          <span className="brand-name">next-auth-refresh</span>
        </Link>
        <nav className="nav" aria-label="Pages">
          {PAGES.map(({ href, name }) => (
            <Link key={href} href={href} aria-current={currentOf(pathname, href)}>
              {name}
            </Link>
          ))}
        </nav>
        <Account />
      </header>
      <main id="main" className="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="footer">
        The demo of <span className="nowrap">next-auth-refresh</span>, a plugin for{' '}
        <span className="nowrap">next-auth v4</span>.
      </footer>
    </>
  )
}

function Account(): ReactElement {
  const { data: session, status } = useSession()
  const { pathname } = useRouter()

  if (status === 'loading') return <div className="account" />
  if (!session) {
    return <div className="account">{pathname !== '/login' && <Link href="/login">Sign in</Link>}</div>
  }
  return (
    <div className="account">
      <span className="user" title={session.user?.email ?? undefined}>
        {session.user?.name ?? session.user?.email}
      </span>
      <SignOutButton />
    </div>
  )
}

/** Signs out and goes home: at the provider, too, where one has signed the user in. */
export function SignOutButton(): ReactElement {
  const { data: session } = useSession()
  return session && 'endsAtProvider' in session ? <FederatedSignOutButton /> : <LocalSignOutButton />
}

/** A form and no script: the browser goes to the provider, and comes back from there. */
function FederatedSignOutButton(): ReactElement {
  return (
    <form method="post" action="/api/auth/federated-sign-out">
      <button type="submit" className="button">
        Sign out
      </button>
    </form>
  )
}

function LocalSignOutButton(): ReactElement {
  const router = useRouter()
  const [state, setState] = useState<'idle' | 'pending' | 'failed'>('idle')

  async function leave() {
    setState('pending')
    try {
      // A page for the signed-in would lead to the login page as soon as nobody is.
      await router.push('/')
      await signOut({ redirect: false })
      setState('idle')
    } catch {
      setState('failed')
    }
  }

  return (
    <>
      <button type="button" className="button" onClick={() => void leave()} disabled={state === 'pending'}>
        {state === 'pending' ? 'Signing out…' : 'Sign out'}
      </button>
      {state === 'failed' && (
        <span className="failed" role="alert">
          That failed. Try again.
        </span>
      )}
    </>
  )
}
