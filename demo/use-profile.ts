import { useEffect, useState } from 'react'
import type { Problem } from './problem'
import type { Profile } from './profile'

interface Fetched {
  profile: Profile | undefined
  /** Epoch milliseconds by this browser's clock. */
  fetchedAt: number | undefined
  problem: Problem | undefined
}

export interface ProfileState extends Fetched {
  loading: boolean
  retry: () => void
}

/**
 * The user's profile through `/api/me`, fetched anew whenever `version` changes, and not while it is `undefined`. The
 * last profile stays while another is on its way or in trouble.
 */
export function useProfile(version: number | undefined): ProfileState {
  const [attempt, setAttempt] = useState(0)
  const [settled, setSettled] = useState<string>()
  const [fetched, setFetched] = useState<Fetched>({ profile: undefined, fetchedAt: undefined, problem: undefined })
  const wanted = version === undefined ? undefined : `${version}:${attempt}`

  useEffect(() => {
    if (wanted === undefined) return
    const controller = new AbortController()
    void requestProfile(controller.signal).then((answer) => {
      if (controller.signal.aborted) return
      setFetched((last) => ('profile' in answer ? answer : { ...last, ...answer }))
      setSettled(wanted)
    })
    return () => controller.abort()
  }, [wanted])

  return { ...fetched, loading: wanted === undefined || settled !== wanted, retry: () => setAttempt(attempt + 1) }
}

async function requestProfile(signal: AbortSignal): Promise<Fetched | { problem: Problem }> {
  try {
    const response = await fetch('/api/me', { signal })
    const body: unknown = await response.json()
    if (!response.ok) return { problem: body as Problem }
    return { profile: body as Profile, fetchedAt: Date.now(), problem: undefined }
  } catch {
    return { problem: { status: 0, title: 'No answer came', detail: 'The app’s own server can’t be reached.' } }
  }
}
