import { useSession } from 'next-auth/react'
import { useAccessToken, type RefreshedSession } from 'next-auth-refresh/react'

/** What the page has in hand at the moment. */
export function Live() {
  const { data, status } = useSession()
  const session: (RefreshedSession & { user?: { email?: string | null } }) | null = data
  const token = useAccessToken()
  return (
    <dl>
      <dd data-testid="status">{status}</dd>
      <dd data-testid="email">{session?.user?.email}</dd>
      <dd data-testid="renewals">{session?.tokenRefresh?.generation}</dd>
      <dd data-testid="token">{token}</dd>
    </dl>
  )
}
