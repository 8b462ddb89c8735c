import type { Session } from 'next-auth'
import { useSession, type SessionContextValue } from 'next-auth/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { tellSession } from '../lib/client/page'
import { inquire, setBasePath } from '../lib/client/inquiry'
import { planPoll } from '../lib/client/plan'
import { newerSession, type RefreshedSession } from '../lib/session'
import { useGone } from './useGone'

export interface KeptSessionOptions {
  /** Receives the seconds until the next poll, for `SessionProvider`'s `refetchInterval`; 0 stops polling. */
  setInterval: (seconds: number) => void
  /** Told the same. */
  onSchedule?: (seconds: number) => void
  basePath?: string
  /** The session that the page was rendered with; it is taken up where it is newer. */
  session?: Session | null | undefined
}

/**
 * next-auth's session, which any failed request makes `null`, kept until the server has really said that it is gone, and
 * polled for in time.
 */
export function useKeptSession(options: KeptSessionOptions): SessionContextValue {
  if (options.basePath) setBasePath(options.basePath)
  const theirs = useSession()
  // `null` from the beginning is the page's own word, later on perhaps that of a failed request.
  const [held, setHeld] = useState<Session | null | undefined>(theirs.data)
  const session = newerSession(newerSession(options.session, held), theirs.data) ?? held
  if (session !== held) setHeld(session)
  const isGone = useGone(theirs.data === null && session !== null && inquire, session)
  const value = useMemo<SessionContextValue>(() => {
    if (isGone || !session) return theirs
    return { ...theirs, data: session, status: theirs.data ? theirs.status : 'authenticated' }
  }, [theirs, session, isGone])

  function tell(seconds: number): void {
    options.setInterval(seconds)
    options.onSchedule?.(seconds)
  }
  // Apps pass functions made while rendering, and a plan that changed with each render would never come to pass.
  const latest = useRef(tell)
  useEffect(() => {
    latest.current = tell
    tellSession(value.data)
  })
  // Every answer is a new object, also one that changed nothing, and plans the next poll anew.
  const polled: (Session & RefreshedSession) | null | undefined = theirs.data && session
  useEffect(() => planPoll(polled, (seconds) => latest.current(seconds)), [polled])
  useEffect(
    () => () => {
      latest.current(0)
      tellSession()
    },
    [],
  )
  return value
}
