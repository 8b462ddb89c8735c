import { messageOf, type RefreshError } from '../errors'
import { createEmitter } from '../events'
import { lifetimeOf, nameOf, sessionKeyOf, type HeldTokens } from '../held-tokens'
import type { Log } from '../log'
import type { ResolvedOptions } from '../options'
import type { RenewableTokenSet, TokenSet } from '../token-set'
import { attemptRefresh } from './attempt'
import { coolDown, coolDownMemory } from './cool-down'
import type { Flight, IssuedTokenSet, Knowledge, RefreshCoordinator, Trouble } from './coordinator'
import { redact, secretsOf } from './failure'
import { isNewer } from './successors'

export type RenewalOutcome =
  | { kind: 'renewed'; successor: IssuedTokenSet }
  | { kind: 'refused' }
  | { kind: 'postponed' }
  /** The user signed out before the backend was asked. */
  | { kind: 'ended' }

/** Renews the tokens under this key. To be run by the coordinator, alone for the key. Never rejects. */
export type Renew = (key: string, held: HeldTokens, flight: Flight) => Promise<RenewalOutcome>

const MAX_RETENTION_MS = 3_600_000
/** How long an end is remembered: as long as next-auth's cookies live by default, since each may come back. */
export const FINAL_RETENTION_MS = 30 * 24 * 3_600_000

/** One renewal from the look at what others have found out to the record of how it went. */
export function createRenew(options: ResolvedOptions, log: Log): Renew {
  const { coordinator, retention } = options
  const emit = createEmitter(options.onEvent)

  return async (key, held, flight) => {
    const known = await coordinator.recall(key)
    const settled = settledOutcome(known, held)
    if (settled) return settled
    if (await coordinator.hasEnded(held.sessionId)) return { kind: 'ended' }

    const startedAt = performance.now()
    emit({ type: 'refresh-started', session: nameOf(held) })
    const result = await attemptRefresh(renewable(held.tokenSet), {
      ...options,
      provider: held.provider,
      assumedLifetime: lifetimeOf(held),
      // Between two tries another process may have gone ahead: the holder of a lock can lose it.
      isSettled: async () => (await settledMeanwhile(key, held)) !== undefined,
    })
    if ('settled' in result) return (await settledMeanwhile(key, held)) ?? { kind: 'postponed' }
    if ('error' in result) return failed(key, held, result.error, result.tries, known.trouble)

    const successor = await succeed(key, held, result.tokenSet)
    emit({
      type: 'refresh-renewed',
      session: nameOf(held),
      duration: Math.round(performance.now() - startedAt),
      tries: result.tries,
      callers: flight.callers,
    })
    return { kind: 'renewed', successor }
  }

  async function settledMeanwhile(key: string, held: HeldTokens): Promise<RenewalOutcome | undefined> {
    const settled = settledOutcome(await coordinator.recall(key), held)
    return settled ?? ((await isSessionRefused(coordinator, held)) ? { kind: 'refused' } : undefined)
  }

  async function succeed(key: string, held: HeldTokens, tokenSet: TokenSet): Promise<IssuedTokenSet> {
    const obtainedAt = Date.now()
    const successor = { ...tokenSet, obtainedAt, generation: held.tokenSet.generation + 1 }
    const untilExpiry = Math.min(successor.accessTokenExpiry - obtainedAt, MAX_RETENTION_MS)
    try {
      await coordinator.rememberSuccessor(key, successor, retention === undefined ? untilExpiry : retention * 1000)
    } catch (error) {
      // The old token is spent: whoever waits for the new ones is the last to get them.
      const secrets = secretsOf(held.tokenSet, successor)
      log.error(`New tokens could not be remembered for later requests: ${redact(messageOf(error), secrets)}.`)
    }
    return successor
  }

  async function failed(
    key: string,
    held: HeldTokens,
    error: RefreshError,
    tries: number,
    before: Trouble | undefined,
  ): Promise<RenewalOutcome> {
    const session = nameOf(held)
    const { code, message } = error
    if (code === 'refused') {
      // The loser of a race between processes is refused as well: the winner's tokens are as good as its own.
      const late = settledOutcome(await coordinator.recall(key), held)
      if (late?.kind === 'renewed') return late
      const refusal = { kind: 'refused', code, generation: held.tokenSet.generation } as const
      await coordinator.rememberTrouble(key, refusal, FINAL_RETENTION_MS)
      await coordinator.rememberTrouble(sessionKeyOf(held), refusal, FINAL_RETENTION_MS)
      emit({ type: 'refresh-refused', session, code, message })
      return { kind: 'refused' }
    }
    const now = Date.now()
    const trouble = coolDown(error, before?.kind === 'postponed' ? before.failures : 0, now)
    await coordinator.rememberTrouble(key, trouble, coolDownMemory(trouble, now))
    if (code === 'configuration') log.error(`No token of provider "${held.provider}" can be refreshed. ${message}`)
    emit({ type: 'refresh-postponed', session, code, message, tries, until: trouble.until })
    return { kind: 'postponed' }
  }
}

/** Whether these tokens, or newer ones of their session, have been refused for good. */
export async function isSessionRefused(coordinator: RefreshCoordinator, held: HeldTokens): Promise<boolean> {
  const { trouble } = await coordinator.recall(sessionKeyOf(held))
  return trouble?.kind === 'refused' && trouble.generation >= held.tokenSet.generation
}

/** What is already known of how a renewal would go, `undefined` where the backend has to be asked. */
function settledOutcome({ successor, trouble }: Knowledge, held: HeldTokens): RenewalOutcome | undefined {
  if (successor && isNewer(successor, held)) return { kind: 'renewed', successor }
  if (trouble?.kind === 'refused') return { kind: 'refused' }
  return trouble && trouble.until > Date.now() ? { kind: 'postponed' } : undefined
}

/** The part of the tokens that a backend is told, their refresh token being there. */
export function renewable(tokenSet: HeldTokens['tokenSet']): RenewableTokenSet {
  const { generation: _, obtainedAt: __, ...rest } = tokenSet
  if (rest.refreshToken === undefined) throw new TypeError('there is no refresh token')
  return { ...rest, refreshToken: rest.refreshToken }
}
