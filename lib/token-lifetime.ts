/** Seconds before expiry, or a function from the lifetime in seconds to that. */
export type RefreshWindow = number | ((lifetime: number) => number)

/** Fresh: leave it alone. Due: still valid, may be renewed. Expired: the backend answers 401. */
export type Phase = 'fresh' | 'due' | 'expired'

/** When an access token may be renewed and when it dies, in epoch milliseconds. */
export interface TokenLife {
  opensAt: number
  expiresAt: number
}

/** What a client needs to plan its next poll; instants in epoch milliseconds of the server's clock. */
export interface PollSchedule extends TokenLife {
  /** The server's clock at the moment the session was made. */
  serverTime: number
  /** Not before this instant will the server try again; 0 where nothing is put off. */
  retryAt: number
}

/** No token is taken to live shorter, so that a clock which disagrees with the backend's can't make a loop. */
const MIN_LIFETIME_MS = 1_000
const MIN_WINDOW_S = 60
const MAX_WINDOW_S = 3_600
/** A configured window leaves this share of the lifetime fresh: one as long as the lifetime would renew on every request. */
const MIN_FRESH_SHARE = 0.1

const MIN_INTERVAL_S = 1
/** Browsers and Node hold a timer's delay in a signed 32-bit integer of milliseconds: longer ones fire at once. */
const MAX_INTERVAL_S = 2_147_483
/** Polls land between these shares of the window: late enough for coarse timers, early enough for a second try. */
const EARLIEST_POLL = 0.05
const LATEST_POLL = 0.35
/** Browsers wake a hidden tab once a minute: a poll planned this long before the expiry is still in time there. */
const LATEST_WAKING_MS = 60_000
/** Where a late waking leaves no more room than this share to spread them, it is out of reach. */
const LEAST_LATEST_POLL = 0.15
/** Longest pause between polls for a token that is overdue, unless the server asks for a longer one. */
const MAX_OVERDUE_S = 60

/** A quarter of the lifetime, at most 1 h; at least 60 s where the lifetime allows it, never more than half of it. In seconds. */
export function defaultWindow(lifetime: number): number {
  return Math.min(Math.max(Math.min(lifetime / 4, MAX_WINDOW_S), MIN_WINDOW_S), lifetime / 2)
}

/** The window's length in seconds for a lifetime in seconds; within the lifetime whatever `window` says. */
export function windowLength(lifetime: number, window: RefreshWindow = defaultWindow): number {
  const wanted = typeof window === 'function' ? window(lifetime) : window
  const length = Number.isFinite(wanted) && wanted >= 0 ? wanted : defaultWindow(lifetime)
  return Math.min(length, lifetime * (1 - MIN_FRESH_SHARE))
}

/** The life of a token obtained at one instant that expires at another, both epoch milliseconds. */
export function tokenLife(obtainedAt: number, expiry: number, window?: RefreshWindow): TokenLife {
  const expiresAt = Math.max(expiry, obtainedAt + MIN_LIFETIME_MS)
  const lifetime = (expiresAt - obtainedAt) / 1000
  return { opensAt: expiresAt - windowLength(lifetime, window) * 1000, expiresAt }
}

/** Where in its life a token is at `now` (epoch milliseconds). Each boundary belongs to the later phase. */
export function phaseOf(life: TokenLife, now: number): Phase {
  if (now >= life.expiresAt) return 'expired'
  return now >= life.opensAt ? 'due' : 'fresh'
}

/**
 * Seconds until the next poll, within what a timer can hold; zero stops polling. It lands inside the window, early,
 * at the share that `spread` (0 to 1) picks; one that is late already comes soon, and ever less often.
 *
 * @param elapsed milliseconds since the session was made, by a clock that only has to run evenly
 */
export function refetchInterval(schedule: PollSchedule, elapsed: number, spread: number): number {
  const { opensAt, expiresAt, serverTime, retryAt } = schedule
  const now = serverTime + elapsed
  const untilPoll = (opensAt + pollOffset(expiresAt - opensAt, spread) - now) / 1000
  const untilRetry = (retryAt - now) / 1000 + spread
  const pause = untilRetry > 0 ? untilRetry : Math.min(-untilPoll / 2, MAX_OVERDUE_S)
  return Math.min(Math.max(untilPoll, pause, MIN_INTERVAL_S), MAX_INTERVAL_S) || 0
}

/** Milliseconds from the window's opening to the poll. */
function pollOffset(window: number, spread: number): number {
  const inTime = 1 - LATEST_WAKING_MS / window
  const latest = inTime > LEAST_LATEST_POLL ? Math.min(inTime, LATEST_POLL) : LATEST_POLL
  return window * (EARLIEST_POLL + (latest - EARLIEST_POLL) * spread)
}
