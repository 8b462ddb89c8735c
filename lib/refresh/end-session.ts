import { createEmitter } from '../events'
import { keyOf, nameOf, type HeldTokens } from '../held-tokens'
import type { ResolvedOptions } from '../options'
import { asRefreshError } from './failure'
import { FINAL_RETENTION_MS, renewable } from './renewal'
import { followSuccessors } from './successors'
import { waitFor, withTimeLimit } from './time-limit'

/** How long a sign-out waits for the backend; the revocation goes on behind it. */
const PATIENCE_AT_SIGN_OUT_S = 3

/**
 * Ends a session: remembers it, so that no response under way brings it back, and revokes the newest of its tokens. A
 * backend that can't be reached is an event, and keeps nobody from signing out.
 */
export function createEndSession(options: ResolvedOptions): (held: HeldTokens) => Promise<void> {
  const { coordinator, revoke, timeout } = options
  const emit = createEmitter(options.onEvent)

  async function revokeNewest(held: HeldTokens, key: string): Promise<void> {
    if (!revoke) return
    // Joins a renewal that is under way: its tokens are the ones to revoke.
    await coordinator.once<unknown>(key, async () => undefined)
    const { tokenSet, provider } = await followSuccessors(coordinator, held)
    const tokens = renewable(tokenSet)
    try {
      await withTimeLimit(timeout, (signal) => revoke(tokens, { provider, signal }))
    } catch (thrown) {
      const { message } = asRefreshError(thrown, [tokens.accessToken, tokens.refreshToken])
      emit({ type: 'revocation-failed', session: nameOf(held), message })
    }
  }

  return async (held) => {
    await coordinator.endSession(held.sessionId, FINAL_RETENTION_MS)
    emit({ type: 'signed-out', session: nameOf(held) })
    const key = keyOf(held)
    if (key === undefined || held.over) return
    await waitFor(PATIENCE_AT_SIGN_OUT_S, revokeNewest(held, key))
  }
}
