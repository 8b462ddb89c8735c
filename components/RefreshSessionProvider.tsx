import { SessionProvider, type SessionProviderProps } from 'next-auth/react'
import { useCallback, useState, type ReactElement } from 'react'
import { RefreshTokenHandler } from './RefreshTokenHandler'

export interface RefreshSessionProviderProps extends Omit<SessionProviderProps, 'refetchInterval'> {
  /** Told the seconds until the next poll each time it is planned; 0 where there is none. */
  onSchedule?: (seconds: number) => void
}

/** next-auth's `SessionProvider`, polling when the server may renew the token. */
export function RefreshSessionProvider({ children, onSchedule, ...props }: RefreshSessionProviderProps): ReactElement {
  const [interval, setInterval] = useState(0)
  const schedule = useCallback(
    (seconds: number) => {
      setInterval(seconds)
      onSchedule?.(seconds)
    },
    [onSchedule],
  )

  return (
    <SessionProvider {...props} refetchInterval={interval}>
      {children}
      <RefreshTokenHandler setInterval={schedule} />
    </SessionProvider>
  )
}
