import type { RefreshError } from '../errors'
import type { RefreshTokens } from '../options'
import { isRecord } from '../record'
import { parseTokenResponse, type RenewableTokenSet, type TokenSet } from '../token-set'
import { asRefreshError, failureOf, secretsOf } from './failure'
import { withTimeLimit } from './time-limit'

export interface AttemptOptions {
  refresh: RefreshTokens
  provider: string
  /** Seconds that one attempt may take. */
  timeout: number
  /** How many further attempts follow one that failed for a passing reason. */
  retries: number
  /** Seconds to assume for the renewed access token where the answer doesn't say. */
  assumedLifetime: number
  /** Whether the renewed tokens include the ID token. */
  keepIdToken: boolean
  /** Whether another has renewed the token meanwhile; asked before each further attempt. */
  isSettled: () => Promise<boolean>
}

export type AttemptResult = { tries: number } & ({ tokenSet: TokenSet } | { error: RefreshError } | { settled: true })

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4_000

/** Renews a token set: bounded in time, tried again on passing faults, never rejecting. */
export async function attemptRefresh(
  tokenSet: RenewableTokenSet,
  options: AttemptOptions,
): Promise<AttemptResult> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { tokenSet: await attemptOnce(tokenSet, options), tries }
    } catch (thrown) {
      const error = asRefreshError(thrown, secretsOf(tokenSet))
      const pause = pauseBefore(tries, error)
      if (!isPassing(error) || tries > options.retries || pause > LONGEST_PAUSE_MS) return { error, tries }
      await new Promise((resolve) => setTimeout(resolve, pause))
      if (await options.isSettled()) return { settled: true, tries }
    }
  }
}

async function attemptOnce(
  tokenSet: RenewableTokenSet,
  { refresh, provider, timeout, assumedLifetime, keepIdToken }: AttemptOptions,
): Promise<TokenSet> {
  const answer = await withTimeLimit(timeout, (signal) => refresh(tokenSet, { provider, signal }))
  const error = isRecord(answer) && answer['error']
  // Some backends say "no" with status 200; others fill this field, with nothing, when all is well.
  if (typeof error === 'string' && error !== '') throw failureOf({ status: 200, json: answer })
  return parseTokenResponse(answer, { now: Date.now(), previous: tokenSet, assumedLifetime, keepIdToken })
}

/** Whether the next attempt may go better. An answer that can't be read may come from a proxy in between. */
function isPassing(error: RefreshError): boolean {
  return error.code === 'unavailable' || error.code === 'timeout' || error.code === 'invalid_response'
}

/** Milliseconds to wait: exponential with full jitter, after what the backend asked for. */
function pauseBefore(tries: number, error: RefreshError): number {
  const asked = (error.retryAfter ?? 0) * 1000
  return asked + Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS)
}
