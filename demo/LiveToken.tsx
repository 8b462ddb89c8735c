import type { RefreshedSession } from 'next-auth-refresh/react'
import type { Session } from 'next-auth'
import { useSession } from 'next-auth/react'
import { createContext, useContext, type ReactElement, type ReactNode } from 'react'
import { arrivalOf, useTicks } from './clock'

/** The life of the access token that this page holds. Instants are epoch milliseconds of the server's clock. */
export interface LiveToken {
  obtainedAt: number
  /** The window's opening. */
  opensAt: number
  expiresAt: number
  now: number
  phase: 'fresh' | 'due' | 'expired'
  /** The next session request, where one is planned. */
  pollAt: number | undefined
  /** Where the backend is in trouble: when the server asks it again. */
  retryAt: number | undefined
  /** How often the token was renewed since sign-in. */
  renewals: number
}

const Context = createContext<LiveToken | undefined>(undefined)

/** The signed-in user's access token as it is now; `undefined` while nobody is known to be signed in. */
export function useLiveToken(): LiveToken | undefined {
  return useContext(Context)
}

export interface LiveTokenProviderProps {
  /** When the next session request is due, by `performance.now()`. */
  nextPoll: number | undefined
  children: ReactNode
}

/** One clock for the page. Place it below the session provider. */
export function LiveTokenProvider({ nextPoll, children }: LiveTokenProviderProps): ReactElement {
  const session: (Session & RefreshedSession) | null = useSession().data
  const ticks = useTicks()
  const arrival = session && ticks !== undefined ? arrivalOf(session) : 0
  const sinceArrival = ticks === undefined ? 0 : Math.max(ticks - arrival, 0)
  const untilPoll = ticks === undefined || nextPoll === undefined ? undefined : nextPoll - arrival
  return <Context value={session ? liveToken(session, sinceArrival, untilPoll) : undefined}>{children}</Context>
}

/** Goes by the server's clock throughout: the browser's may be wrong, but it runs evenly. */
function liveToken(session: RefreshedSession, sinceArrival: number, untilPoll?: number): LiveToken | undefined {
  const { accessTokenExpiry: expiresAt, tokenRefresh } = session
  if (expiresAt === undefined || !tokenRefresh) return undefined
  const { opensAt, serverTime, obtainedAt = serverTime, generation, retryAt } = tokenRefresh
  const now = serverTime + sinceArrival
  return {
    obtainedAt,
    opensAt,
    expiresAt,
    now,
    phase: now >= expiresAt ? 'expired' : now >= opensAt ? 'due' : 'fresh',
    pollAt: untilPoll === undefined ? undefined : serverTime + untilPoll,
    retryAt: retryAt !== undefined && retryAt > now ? retryAt : undefined,
    renewals: generation,
  }
}
