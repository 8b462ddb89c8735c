/** What a backend has seen since its creation or last reset: requests by endpoint, and outcomes. */
export interface TokenBackendCounters {
  /** Requests to log in. This and the other three count arrivals: failed ones and those a fault struck too. */
  logins: number
  /** Requests to refresh. */
  refreshes: number
  /** Requests to log out. */
  logouts: number
  /** Requests for the user's profile, `users/me`. */
  profiles: number
  /** Refreshes that made a new token set, its answer lost or not. */
  renewed: number
  /** Refreshes that got an earlier answer again, within the grace. */
  repeated: number
  /** Refreshes answered 401, reuses included. */
  refused: number
  /** Presentations of a spent refresh token outside the grace. */
  reuses: number
  /** Requests for the profile answered 401. */
  unauthorized: number
}

export const NOTHING_YET: Readonly<TokenBackendCounters> = {
  logins: 0,
  refreshes: 0,
  logouts: 0,
  profiles: 0,
  renewed: 0,
  repeated: 0,
  refused: 0,
  reuses: 0,
  unauthorized: 0,
}
