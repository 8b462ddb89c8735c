import type { Session } from 'next-auth'
import { SessionContext, SessionProvider, type SessionProviderProps } from 'next-auth/react'
import { createElement, useState, type Context, type ReactElement } from 'react'
import { useKeptSession, type KeptSessionOptions } from '../hooks/useKeptSession'

/** `SessionProvider`'s own props, but for the interval, which is planned. */
export interface RefreshSessionProviderProps extends Omit<SessionProviderProps, 'refetchInterval' | 'session'> {
  /** The session that the server rendered the page with, if it did. One newer than the one in hand is taken up. */
  session?: Session | null | undefined
  /** Told the seconds until the next poll each time it is planned; 0 where there is none. */
  onSchedule?: (seconds: number) => void
}

/**
 * next-auth's `SessionProvider`, polling when the server may renew the token, and holding on to the last good session
 * until the server has really said that it is gone. A first request that finds nobody is made once more, since it may have
 * failed, unless the page came with `session: null`. `refetchOnWindowFocus` is off unless asked for: coming back to a tab
 * costs a request where its token is due, and else none.
 */
export function RefreshSessionProvider(props: RefreshSessionProviderProps): ReactElement {
  const [refetchInterval, setInterval] = useState(0)
  const theirs = { refetchOnWindowFocus: false, ...props, refetchInterval } as SessionProviderProps
  return createElement(SessionProvider, theirs, createElement(SessionGuard, { ...props, setInterval }))
}

/** Stands between next-auth's session, which any failed request makes `null`, and those who use it. */
function SessionGuard(props: RefreshSessionProviderProps & KeptSessionOptions): ReactElement {
  const value = useKeptSession(props)
  // Exported as possibly undefined for server components, where no provider can be either.
  return createElement((SessionContext as Context<unknown>).Provider, { value }, props.children)
}
