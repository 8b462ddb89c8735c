import { useEffect, useState } from 'react'

/** Finds out that a session is gone, and calls back then. Gives what ends the search. */
export type Search = (onGone: () => void) => () => void

/** Whether `search`, if there is one, has called back. A new one, or one for another `subject`, starts afresh. */
export function useGone(search: Search | false | '' | null | undefined, subject?: unknown): boolean {
  const [isGone, setIsGone] = useState(false)

  useEffect(() => {
    if (!search) return
    const leave = search(() => setIsGone(true))
    return () => {
      leave()
      setIsGone(false)
    }
  }, [search, subject])

  return Boolean(search) && isGone
}
