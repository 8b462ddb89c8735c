import type { SESSION_OVER } from './session'

/** What a user may bring from `authorize` or a provider's `profile` besides next-auth's own fields. */
export interface RefreshedUser {
  /** Names that `useAuth`, `withAuthProps` and `withAuthApi` ask for; they reach the session. */
  roles?: string[]
  accessToken?: string
  /** Epoch milliseconds or seconds, a `Date`, or an ISO 8601 date. */
  accessTokenExpiry?: number | string | Date
  /** Seconds, in place of an instant. */
  expiresIn?: number | string
  refreshToken?: string
  /** Like the access token's. */
  refreshTokenExpiry?: number | string | Date
}

/** What this library keeps in next-auth's JWT, on the server alone. Instants are epoch milliseconds. */
export interface RefreshedJWT {
  roles?: string[]
  accessToken?: string
  accessTokenExpiry?: number
  refreshToken?: string
  refreshTokenExpiry?: number
  /** There when, and only when, the session is over. */
  error?: typeof SESSION_OVER
}
