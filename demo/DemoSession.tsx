import type { Session } from 'next-auth'
import { RefreshSessionProvider } from 'next-auth-refresh/react'
import { useCallback, useState, type ReactElement, type ReactNode } from 'react'
import { LiveTokenProvider } from './LiveToken'

interface DemoSessionProps {
  /** `undefined` on pages that don't bring the session along: it is fetched then. */
  session: Session | null | undefined
  children: ReactNode
}

/** The library's provider, with what its `onSchedule` tells made visible to the pages. */
export function DemoSession({ session, children }: DemoSessionProps): ReactElement {
  const [nextPoll, setNextPoll] = useState<number>()
  const onSchedule = useCallback(
    (seconds: number) => setNextPoll(seconds > 0 ? performance.now() + seconds * 1000 : undefined),
    [],
  )

  return (
    <RefreshSessionProvider session={session} onSchedule={onSchedule}>
      <LiveTokenProvider nextPoll={nextPoll}>{children}</LiveTokenProvider>
    </RefreshSessionProvider>
  )
}
