import type { IssuedTokenSet } from './refresh/coordinator'
import { tokenLife, type RefreshWindow, type TokenLife } from './token-lifetime'

/** The tokens that one session holds, as its cookie states them. */
export interface HeldTokens {
  /** A random name given at sign-in, or a hash; it stays for the life of the session. It is nobody's credential. */
  sessionId: string
  /** The id of the provider that signed the user in. */
  provider: string
  /** Its `obtainedAt` is unknown in a cookie from before this library was installed. */
  tokenSet: Omit<IssuedTokenSet, 'obtainedAt'> & { obtainedAt?: number }
  /** Whether the session was found to be over. */
  over: boolean
}

/** For tokens of unknown lifetime, unless the app says how long the window is. */
const WINDOW_OF_UNKNOWN_LIFETIME_S = 60
/** Seconds, for tokens that don't say how long they live and whose predecessor didn't either. */
export const UNKNOWN_LIFETIME_S = 300

/** When these tokens may be renewed and when the access token dies. What can't be renewed has no window. */
export function lifeOf({ tokenSet }: HeldTokens, window: RefreshWindow | undefined): TokenLife {
  const { obtainedAt, accessTokenExpiry: expiresAt } = tokenSet
  if (!tokenSet.refreshToken) return { opensAt: expiresAt, expiresAt }
  if (obtainedAt !== undefined) return tokenLife(obtainedAt, expiresAt, window)
  const length = typeof window === 'number' ? window : WINDOW_OF_UNKNOWN_LIFETIME_S
  return { opensAt: expiresAt - length * 1000, expiresAt }
}

/** Seconds that the access token lives in all. */
export function lifetimeOf({ tokenSet: { obtainedAt, accessTokenExpiry } }: HeldTokens): number {
  const lifetime = obtainedAt === undefined ? UNKNOWN_LIFETIME_S : (accessTokenExpiry - obtainedAt) / 1000
  return lifetime > 0 ? lifetime : UNKNOWN_LIFETIME_S
}

/**
 * The refresh token's name with the coordinator, a secret like it. Each session has its own: backends with one refresh
 * token a user give it out at every sign-in, and generations order the token sets of one session alone.
 */
export function keyOf({ sessionId, provider, tokenSet }: HeldTokens): string | undefined {
  return tokenSet.refreshToken && `${provider}\n${sessionId}\n${tokenSet.refreshToken}`
}

/** The name with the coordinator of what holds for a session as a whole, whichever of its refresh tokens is at hand. */
export function sessionKeyOf({ sessionId }: HeldTokens): string {
  return `session\n${sessionId}`
}

/** Names the session in events and to its browser: the beginning of a random or hashed id, which proves nothing. */
export function nameOf({ sessionId }: HeldTokens): string {
  return sessionId.slice(0, 13)
}
