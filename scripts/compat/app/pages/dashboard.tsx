import Link from 'next/link'
import { RequireAuth, useAuth } from 'next-auth-refresh/react'
import { signOut } from 'next-auth/react'
import { Live } from '../Live'
import { Polled } from '../Polled'

export default function Dashboard() {
  const isAuthenticated = useAuth(true)
  if (!isAuthenticated) return <p>Who are you?</p>
  return (
    <main>
      <RequireAuth>
        <Live />
        <Polled />
      </RequireAuth>
      <Link href="/token">Server-rendered</Link>
      <button onClick={() => void signOut({ redirect: false })}>Sign out</button>
    </main>
  )
}
