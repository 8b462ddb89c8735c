import type { RefreshErrorCode } from '../errors'
import type { CoordinatorEvent } from '../events'
import type { TokenSet } from '../token-set'

/** A token set and its place in its session's chain of rotations. */
export interface IssuedTokenSet extends TokenSet {
  /** When it was obtained, epoch milliseconds. */
  obtainedAt: number
  /** 0 from sign-in, one more with each renewal: of two sets of one session, the higher is the newer. */
  generation: number
}

/** Why a refresh token brings nothing at the moment, or never again. */
export type Trouble =
  /** `generation`: of the token set that was refused; older ones of its session are as dead. */
  | { kind: 'refused'; code: RefreshErrorCode; generation: number }
  /** Not before `until` (epoch milliseconds), after so many failures in a row. */
  | { kind: 'postponed'; code: RefreshErrorCode; until: number; failures: number }

/** What is known of one refresh token. */
export interface Knowledge {
  successor?: IssuedTokenSet
  trouble?: Trouble
}

/** One run shared by all who asked for it while it lasted. */
export interface Flight {
  /** How many callers have joined so far, the first included. */
  readonly callers: number
}

/**
 * Who makes a refresh happen once, and remembers how it went. A `key` names one refresh token of one session; it
 * ends in the token itself, so an implementation that stores it outside this process must not do so in clear.
 */
export interface RefreshCoordinator {
  /** Runs `run` while nobody else runs one for this key; callers in the same process share the run and its result. */
  once<T>(key: string, run: (flight: Flight) => Promise<T>): Promise<T>
  /** What is remembered of this refresh token; `{}` where that is nothing. */
  recall(key: string): Promise<Knowledge>
  /** Keeps the successor for `ttl` milliseconds, and forgets all trouble. */
  rememberSuccessor(key: string, successor: IssuedTokenSet, ttl: number): Promise<void>
  /** Keeps the trouble for `ttl` milliseconds; a known successor stays. */
  rememberTrouble(key: string, trouble: Trouble, ttl: number): Promise<void>
  /** Remembers for `ttl` milliseconds that the user has ended this session. */
  endSession(sessionId: string, ttl: number): Promise<void>
  /** Whether `endSession` was called for this session, within its `ttl`. */
  hasEnded(sessionId: string): Promise<boolean>
  /** Tells from now on how the coordinator itself is doing; whoever comes later is told instead. */
  observe?(emit: (event: CoordinatorEvent) => void): void
}
