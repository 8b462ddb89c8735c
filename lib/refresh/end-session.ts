import { createEmitter } from '../events'
import { keyOf, nameOf, type HeldTokens } from '../held-tokens'
import type { ResolvedOptions } from '../options'
import { asRefreshError, secretsOf } from './failure'
import { FINAL_RETENTION_MS, renewable } from './renewal'
import { followSuccessors } from './successors'
import { waitFor, withTimeLimit } from './time-limit'

/** How long a sign-out waits for the backend; the revocation goes on behind it. */
const PATIENCE_AT_SIGN_OUT_S = 3

/**
 * Ends a session: remembers it, so that no response under way brings it back, and revokes the newest of its tokens. A
 * backend that can't be reached is an event, and keeps nobody from signing out.
 *
 * @returns what ends one, and resolves with the newest of its tokens that were found in time
 */
export function createEndSession(options: ResolvedOptions): (held: HeldTokens) => Promise<HeldTokens> {
  const { coordinator, revoke, timeout } = options
  const emit = createEmitter(options.onEvent)

  /** The newest tokens, after any renewal that is under way: what that brings has to be revoked as well. */
  async function settledTokens(held: HeldTokens): Promise<HeldTokens> {
    let tokens = await followSuccessors(coordinator, held)
    for (;;) {
      const key = keyOf(tokens)
      if (key === undefined) return tokens
      await coordinator.once<unknown>(key, async () => undefined)
      const newest = await followSuccessors(coordinator, tokens)
      if (newest === tokens) return tokens
      tokens = newest
    }
  }

  async function revokeTokens(held: HeldTokens): Promise<void> {
    const { tokenSet, provider, over } = held
    if (over || tokenSet.refreshToken === undefined) return
    const tokens = renewable(tokenSet)
    try {
      await withTimeLimit(timeout, (signal) => revoke(tokens, { provider, signal }))
    } catch (thrown) {
      const { message } = asRefreshError(thrown, secretsOf(tokens))
      emit({ type: 'revocation-failed', session: nameOf(held), message })
    }
  }

  return async (held) => {
    const remembered = coordinator.endSession(held.sessionId, FINAL_RETENTION_MS)
    emit({ type: 'signed-out', session: nameOf(held) })
    let newest = held
    async function revokeNewest(): Promise<void> {
      await Promise.allSettled([remembered])
      // Where nothing newer can be found out, what the cookie holds is the best there is.
      newest = await settledTokens(held).catch(() => held)
      await revokeTokens(newest)
    }
    await waitFor(PATIENCE_AT_SIGN_OUT_S, revokeNewest())
    await remembered
    return newest
  }
}
