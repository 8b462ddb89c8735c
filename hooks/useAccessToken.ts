import type { Session } from 'next-auth'
import { useSession } from 'next-auth/react'
import { isOver, type RefreshedSession } from '../lib/session'

/** The current access token, without a request; `null` where nobody is signed in or the browser doesn't see it. */
export function useAccessToken(): string | null {
  const session: (Session & RefreshedSession) | null = useSession().data
  return (!isOver(session) && session?.accessToken) || null
}
