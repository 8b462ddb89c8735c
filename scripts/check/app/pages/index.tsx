import { useAuth } from 'next-auth-refresh/react'

export default function Home() {
  return <p>{useAuth() ? 'signed in' : 'signed out'}</p>
}
