import type { RefreshErrorCode } from '../errors'
import { createEmitter } from '../events'
import { keyOf, lifeOf, nameOf, type HeldTokens } from '../held-tokens'
import type { Log } from '../log'
import type { ResolvedOptions } from '../options'
import { phaseOf } from '../token-lifetime'
import { createRenew, isSessionRefused } from './renewal'
import { createEndSession } from './end-session'
import { followSuccessors, isNewer, replaceTokens } from './successors'
import { waitFor } from './time-limit'

/** How a session stands once its tokens are as new as they can be had. */
export interface Standing {
  tokens: HeldTokens
  /** Whether the session is over: signed out, refused, or expired. */
  over: boolean
}

/** Everything a session's tokens go through. Each rejects only where the coordinator does. */
export interface Refresher {
  /**
   * Renews the tokens where that is due, or takes over what another request has renewed.
   *
   * @param isRejected whether the backend has answered 401 to these tokens: they are due before their time, though
   * not twice within 5 s
   */
  bringUpToDate(held: HeldTokens, isRejected?: (tokens: HeldTokens) => boolean): Promise<Standing>
  /** The newest known tokens of this session, `undefined` where the user has ended it. Asks no backend. */
  newest(held: HeldTokens): Promise<HeldTokens | undefined>
  /** The instant (epoch milliseconds) before which no renewal is tried again, where one is put off. */
  retryAt(held: HeldTokens): Promise<number | undefined>
  /** Ends the session: here at once, at the backend within a bound of time. Resolves with the newest of its tokens. */
  end(held: HeldTokens): Promise<HeldTokens>
}

/** While the access token is valid, no request waits longer than this for a renewal. */
const PATIENCE_WHILE_VALID_S = 3
/** A backend that rejects new tokens, too, is not asked for more of them in a loop. */
const REJECTED_AT_LEAST_MS = 5_000

/** The one way to the backend: every request that needs a fresh token comes through here. */
export function createRefresher(options: ResolvedOptions, log: Log): Refresher {
  const { coordinator, window, timeout } = options
  const emit = createEmitter(options.onEvent)
  if (options.onEvent) coordinator.observe?.(emit)
  const renew = createRenew(options, log)

  async function bringUpToDate(held: HeldTokens, isRejected?: (tokens: HeldTokens) => boolean): Promise<Standing> {
    if (await coordinator.hasEnded(held.sessionId)) return { tokens: held, over: true }
    const tokens = await followSuccessors(coordinator, held)
    const behind = tokens.tokenSet.generation - held.tokenSet.generation
    if (behind > 0) emit({ type: 'refresh-adopted', session: nameOf(held), behind })
    if (tokens.over) return { tokens, over: true }

    const now = Date.now()
    // A clock that was set back has the tokens come from the future.
    const isOld = Math.abs(now - (tokens.tokenSet.obtainedAt ?? 0)) >= REJECTED_AT_LEAST_MS
    const stated = phaseOf(lifeOf(tokens, window), now)
    const phase = stated === 'fresh' && isOld && isRejected?.(tokens) ? 'due' : stated
    if (phase === 'fresh') return { tokens, over: false }
    const key = keyOf(tokens)
    if (key === undefined || refreshTokenHasExpired(tokens)) {
      if (phase === 'due') return { tokens, over: false }
      emit({ type: 'refresh-refused', session: nameOf(held), ...lastWordOn(key) })
      return { tokens, over: true }
    }

    if (await isSessionRefused(coordinator, tokens)) return { tokens, over: true }

    const renewal = coordinator.once(key, (flight) => renew(key, tokens, flight))
    const outcome = await waitFor(phase === 'due' ? PATIENCE_WHILE_VALID_S : timeout, renewal)
    // A sign-out that came while this request waited wins over the tokens it waited for.
    const over = outcome?.kind === 'refused' || (await coordinator.hasEnded(held.sessionId))
    if (outcome?.kind !== 'renewed' || !isNewer(outcome.successor, tokens)) return { tokens, over }
    return { tokens: replaceTokens(tokens, outcome.successor), over }
  }

  return {
    bringUpToDate,
    async newest(held) {
      return (await coordinator.hasEnded(held.sessionId)) ? undefined : followSuccessors(coordinator, held)
    },
    async retryAt(held) {
      const key = keyOf(held)
      const trouble = key === undefined ? undefined : (await coordinator.recall(key)).trouble
      return trouble?.kind === 'postponed' && trouble.until > Date.now() ? trouble.until : undefined
    },
    end: createEndSession(options),
  }
}

/** Why a session ends without the backend being asked. */
function lastWordOn(key: string | undefined): { code: RefreshErrorCode; message: string } {
  return key === undefined
    ? { code: 'no_refresh_token', message: 'The access token has expired, and there is no refresh token.' }
    : { code: 'expired', message: 'The access token and the refresh token have expired.' }
}

function refreshTokenHasExpired({ tokenSet: { refreshTokenExpiry } }: HeldTokens): boolean {
  return refreshTokenExpiry !== undefined && Date.now() >= refreshTokenExpiry
}
