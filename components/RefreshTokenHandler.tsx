import { useKeptSession } from '../hooks/useKeptSession'

/** Where the interval goes to, and where next-auth is. */
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
export function RefreshTokenHandler(props: RefreshTokenHandlerProps): null {
  useKeptSession(props)
  return null
}
