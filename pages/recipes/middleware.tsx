import { useAuth } from 'next-auth-refresh/react'
import { useSession } from 'next-auth/react'
import type { ReactElement } from 'react'
import { RecipePage } from '../../demo/RecipePage'

export default function Middleware(): ReactElement {
  useAuth(true)
  const { data: session } = useSession()

  return (
    <RecipePage href="/recipes/middleware">
      <section className="panel" aria-labelledby="passed" aria-busy={!session}>
        <h2 id="passed">You were let through</h2>
        <p className="aside">
          {session ? `As ${session.user?.name ?? session.user?.email}. ` : 'Looking for your session… '}
          The page itself is static: the cookie was read before it was served.
        </p>
      </section>
    </RecipePage>
  )
}
