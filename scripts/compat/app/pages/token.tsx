import type { GetServerSideProps } from 'next'
import { getServerSession } from 'next-auth'
import { ensureFreshToken } from 'next-auth-refresh/server'
import Link from 'next/link'
import { Live } from '../Live'
import { authOptions } from './api/auth/[...nextauth]'

export const getServerSideProps: GetServerSideProps = async ({ req, res }) => {
  // Three reads in one request, of which one may be found due.
  await getServerSession(req, res, authOptions)
  const fresh = await ensureFreshToken(req, res, authOptions)
  await getServerSession(req, res, authOptions)
  return { props: { email: fresh?.session.user?.email ?? null, session: fresh?.session ?? null } }
}

export default function Token({ email }: { email: string | null }) {
  return (
    <main>
      <p data-testid="rendered-for">{email}</p>
      <Live />
      <Link href="/dashboard">Dashboard</Link>
    </main>
  )
}
