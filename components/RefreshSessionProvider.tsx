import type { Session } from 'next-auth'
import { SessionContext, SessionProvider, useSession, type SessionProviderProps } from 'next-auth/react'
import { createElement, useCallback, useMemo, useState, type Context, type ReactElement, type ReactNode } from 'react'
import { useGone } from '../hooks/useGone'
import { newerSession } from '../lib/session'
import { RefreshTokenHandler } from './RefreshTokenHandler'

type PageSession = Session | null | undefined

export interface RefreshSessionProviderProps extends Omit<SessionProviderProps, 'refetchInterval' | 'session'> {
  /** The session that the server rendered the page with, if it did. One newer than the one in hand is taken up. */
  session?: PageSession
  /** Told the seconds until the next poll each time it is planned; 0 where there is none. */
  onSchedule?: (seconds: number) => void
}

/**
 * next-auth's `SessionProvider`, polling when the server may renew the token, and holding on to the last good session
 * until the server has really said that it is gone. `refetchOnWindowFocus` is off unless asked for: coming back to a tab
 * costs a request where its token is due, and else none.
 */
export function RefreshSessionProvider(props: RefreshSessionProviderProps): ReactElement {
  const { children, session, onSchedule, ...rest } = props
  const [interval, setInterval] = useState(0)
  const schedule = useCallback(
    (seconds: number) => {
      setInterval(seconds)
      onSchedule?.(seconds)
    },
    [onSchedule],
  )

  return (
    <SessionProvider
      refetchOnWindowFocus={false}
      {...rest}
      {...(session !== undefined && { session })}
      refetchInterval={interval}
    >
      <SessionGuard fromPage={session}>
        {children}
        <RefreshTokenHandler setInterval={schedule} {...(rest.basePath && { basePath: rest.basePath })} />
      </SessionGuard>
    </SessionProvider>
  )
}

/** Stands between next-auth's session, which any failed request makes `null`, and those who use it. */
function SessionGuard({ fromPage, children }: { fromPage: PageSession; children: ReactNode }): ReactElement {
  const theirs = useSession()
  const [held, setHeld] = useState<Session | null>(null)
  const [seenFromPage, setSeenFromPage] = useState(fromPage)
  const isGone = useGone(theirs.data, held !== null)

  let session = newerSession(held, theirs.data)
  if (fromPage !== seenFromPage) {
    setSeenFromPage(fromPage)
    session = newerSession(session, fromPage)
  }
  if (isGone) session = null
  if (session !== held) setHeld(session)

  const value = useMemo(() => {
    if (!session) return theirs
    return { ...theirs, data: session, status: theirs.status === 'loading' ? theirs.status : 'authenticated' }
  }, [theirs, session])
  // Exported as possibly undefined for server components, where no provider can be either.
  return createElement((SessionContext as Context<unknown>).Provider, { value }, children)
}
