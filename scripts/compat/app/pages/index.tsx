import Link from 'next/link'
import { useAuth } from 'next-auth-refresh/react'

export default function Home() {
  return (
    <main>
      <p>{useAuth() ? 'signed in' : 'signed out'}</p>
      <Link href="/dashboard">Dashboard</Link>
    </main>
  )
}
