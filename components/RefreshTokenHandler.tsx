import { useSession } from 'next-auth/react'
import { useEffect, useRef } from 'react'
import { arrivalOf } from '../lib/client/arrival'
import { scheduleOf } from '../lib/session'
import { refetchInterval } from '../lib/token-lifetime'

export interface RefreshTokenHandlerProps {
  /** Receives the seconds until the next poll, for `SessionProvider`'s `refetchInterval`; 0 stops polling. */
  setInterval: (seconds: number) => void
}

/**
 * Plans the next session request, so that it lands inside the window in which the server renews the token. Renders
 * nothing. Place it once, anywhere below `SessionProvider`.
 */
export function RefreshTokenHandler({ setInterval }: RefreshTokenHandlerProps): null {
  const { data: session } = useSession()
  const latest = useRef(setInterval)
  useEffect(() => {
    latest.current = setInterval
  })

  // Every answer is a new object, also one that changed nothing, and plans the next poll anew. A new `setInterval` does
  // not: apps pass one made while rendering, and a plan that changed with each render would never come to pass.
  useEffect(() => {
    const schedule = session && scheduleOf(session, Date.now())
    latest.current(
      schedule ? refetchInterval(schedule, performance.now() - arrivalOf(session), Math.random()) : 0,
    )
  }, [session])

  useEffect(() => () => latest.current(0), [])
  return null
}
