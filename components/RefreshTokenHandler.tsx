import { useSession } from 'next-auth/react'
import { useEffect, useRef, useState } from 'react'
import { useGone } from '../hooks/useGone'
import { elapsedSince } from '../lib/client/arrival'
import { watchForCatchUp } from '../lib/client/catch-up'
import { tellSession } from '../lib/client/current-session'
import { forgetGone, refetchSession, setBasePath } from '../lib/client/inquiry'
import { takesTurn } from '../lib/client/turn'
import { scheduleOf } from '../lib/session'
import { refetchInterval } from '../lib/token-lifetime'

export interface RefreshTokenHandlerProps {
  /** Receives the seconds until the next poll, for `SessionProvider`'s `refetchInterval`; 0 stops polling. */
  setInterval: (seconds: number) => void
  /**
   * Where next-auth's routes are; the same as `SessionProvider`'s.
   * @default '/api/auth'
   */
  basePath?: string
}

/**
 * Plans the next session request, so that it lands inside the window in which the server renews the token; catches up
 * after sleep and offline times; wakes next-auth's client up after a failed request. Renders nothing. Place it once,
 * anywhere below `SessionProvider`.
 */
export function RefreshTokenHandler({ setInterval, basePath }: RefreshTokenHandlerProps): null {
  if (basePath) setBasePath(basePath)
  const { data: session } = useSession()
  const latest = useRef(setInterval)

  // Nobody asks on behalf of a visitor who never was signed in.
  const [wasSignedIn, setWasSignedIn] = useState(false)
  if (session && !wasSignedIn) setWasSignedIn(true)
  const isGone = useGone(session, wasSignedIn)
  if (isGone) setWasSignedIn(false)

  useEffect(() => {
    latest.current = setInterval
    // One in doubt stays the one to go by.
    if (session || !wasSignedIn) tellSession(session)
  })

  // Every answer is a new object, also one that changed nothing, and plans the next poll anew. A new `setInterval` does
  // not: apps pass one made while rendering, and a plan that changed with each render would never come to pass.
  useEffect(() => {
    const schedule = session && scheduleOf(session, Date.now())
    if (!schedule) return latest.current(0)
    forgetGone()
    const elapsed = elapsedSince(session)
    const seconds = refetchInterval(schedule, elapsed, spreadOf(session))
    latest.current(seconds)
    return watchForCatchUp(session, schedule, elapsed + seconds * 1000, refetchSession)
  }, [session])

  useEffect(
    () => () => {
      latest.current(0)
      tellSession()
    },
    [],
  )
  return null
}

/**
 * The tab whose turn it is comes before the others, and visible tabs before hidden ones: the first to poll spares the
 * others theirs, since its broadcast reaches them.
 */
function spreadOf(session: object): number {
  const quarter = (takesTurn(session) ? 0 : 2) + (document.visibilityState === 'hidden' ? 1 : 0)
  return (quarter + Math.random()) / 4
}
