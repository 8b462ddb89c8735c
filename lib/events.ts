import type { RefreshErrorCode } from './errors'

/** `session` is a short name, random or hashed, that tells nothing about a session; durations are milliseconds. */
interface OfSession {
  session: string
}

/** A refresh has begun at the backend. */
export interface RefreshStarted extends OfSession {
  type: 'refresh-started'
}
/** New tokens came, after so many `tries`, and were shared by so many `callers` of this process. */
export interface RefreshRenewed extends OfSession {
  type: 'refresh-renewed'
  duration: number
  tries: number
  callers: number
}
/** The session is over: the backend refused its refresh token for good, or that token has expired. */
export interface RefreshRefused extends OfSession {
  type: 'refresh-refused'
  code: RefreshErrorCode
  message: string
}
/** No new tokens now; nobody tries again before `until` (epoch milliseconds). */
export interface RefreshPostponed extends OfSession {
  type: 'refresh-postponed'
  code: RefreshErrorCode
  message: string
  tries: number
  until: number
}
/** A request that held an older token set was given the newest. */
export interface RefreshAdopted extends OfSession {
  type: 'refresh-adopted'
  /** How many rotations behind the request was. */
  behind: number
}
/** The user has signed out. The backend is told after this event. */
export interface SignedOut extends OfSession {
  type: 'signed-out'
}
/** The user is signed out, but the backend could not be told in time. */
export interface RevocationFailed extends OfSession {
  type: 'revocation-failed'
  message: string
}

/** A field of the session cookie, with the characters of its JSON. */
export interface CookieField {
  name: string
  size: number
}
/** The session cookie is about to need more than one chunk (told once), or does. Sizes are characters. */
export interface CookieNearLimit extends OfSession {
  type: 'cookie-near-limit'
  size: number
  limit: number
  /** The largest ones first. */
  fields: CookieField[]
}
/** The session cookie is larger than what a server takes in a request's headers. */
export interface CookieOverLimit extends OfSession {
  type: 'cookie-over-limit'
  size: number
  limit: number
  /** The largest ones first. */
  fields: CookieField[]
}

/** The coordinator has lost what it shares with other processes; each goes on by itself. */
export interface CoordinatorDegraded {
  type: 'coordinator-degraded'
  reason: string
}
/** The coordinator shares with other processes again, and has told them what they missed. */
export interface CoordinatorRestored {
  type: 'coordinator-restored'
}

/** These are of no session. */
export type CoordinatorEvent = CoordinatorDegraded | CoordinatorRestored

/** What `onEvent` hears, told apart by `type`. None holds a token. */
export type RefreshEvent =
  | RefreshStarted
  | RefreshRenewed
  | RefreshRefused
  | RefreshPostponed
  | RefreshAdopted
  | SignedOut
  | RevocationFailed
  | CookieNearLimit
  | CookieOverLimit
  | CoordinatorEvent

/** An observer: what it returns, throws or rejects with makes no difference. */
export type RefreshEventListener = (event: RefreshEvent) => unknown

/** An emitter that nothing the listener does can break: it may throw, reject, or never settle. */
export function createEmitter(listener: RefreshEventListener | undefined): (event: RefreshEvent) => void {
  return (event) => {
    if (!listener) return
    try {
      Promise.resolve(listener(event)).catch(() => {})
    } catch {
      // An observer's failure is the observer's.
    }
  }
}
