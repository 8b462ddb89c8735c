import { useSession } from 'next-auth/react'
import { isRecord } from '../lib/record'
import { isOver } from '../lib/session'

/** The current access token, without a request; `null` where nobody is signed in or the browser doesn't see it. */
export function useAccessToken(): string | null {
  const { data: session } = useSession()
  const token = isRecord(session) && !isOver(session) ? session['accessToken'] : undefined
  return typeof token === 'string' ? token : null
}
