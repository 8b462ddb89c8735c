import { useEffect, useState } from 'react'
import { inquire, refetchSession } from '../lib/client/inquiry'

/**
 * Whether it is certain that nobody is signed in. next-auth's session is `null` after any failed request; this asks until
 * the server has said it, and wakes next-auth's client up when the session turns out to be alive.
 */
export function useGone(session: object | null | undefined, asks: boolean): boolean {
  const [isGone, setIsGone] = useState(false)
  const isInDoubt = session === null && asks

  useEffect(() => {
    if (!isInDoubt) return
    const leave = inquire((answer) => (answer === 'gone' ? setIsGone(true) : refetchSession()))
    return () => {
      leave()
      setIsGone(false)
    }
  }, [isInDoubt])

  return isInDoubt && isGone
}
