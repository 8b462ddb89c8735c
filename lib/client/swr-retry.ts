import { isAxiosError, isCancel } from 'axios'
import type { Revalidator, RevalidatorOptions } from 'swr'
import { parseRetryAfter } from '../retry-after'

/** What of SWR's configuration says how to go on after an error. */
export interface RetrySettings {
  errorRetryCount?: number
  refreshInterval?: number | ((latestData: undefined) => number)
}

/** Another moment may bring another answer to the same request, though the status is a client's fault. */
const PASSING: readonly number[] = [408, 425, 429]
const LEAST_MS = 1_000
/** Browsers hold a timer's delay in a signed 32-bit integer: longer ones fire at once. */
const MOST_MS = 2 ** 31 - 1

/**
 * Milliseconds until a failed request is sent again: as `Retry-After` says (RFC 9110 §10.2.3), where there is one. Not at
 * all after an answer that would be the same again, though polls go on. `undefined` where SWR's own backoff will do.
 */
function retryPause(error: unknown, settings: RetrySettings, now: number): number | 'never' | undefined {
  if (isCancel(error)) return 'never'
  const response = isAxiosError(error) ? error.response : undefined
  if (!response) return undefined
  const { status, headers } = response
  if (status >= 400 && status < 500 && !PASSING.includes(status)) return pollPause(settings) ?? 'never'
  const asked = parseRetryAfter(headers['retry-after'], now)
  return asked === undefined ? undefined : Math.min(Math.max(asked * 1000, LEAST_MS), MOST_MS)
}

/** SWR's `onErrorRetry`, heeding the answer; `backoff` is what else to do. */
export function retryHeeding<E, C extends RetrySettings>(
  backoff: (error: E, key: string, config: C, again: Revalidator, options: Required<RevalidatorOptions>) => void,
): typeof backoff {
  return (error, key, config, again, options) => {
    const pause = retryPause(error, config, Date.now())
    if (pause === undefined) return backoff(error, key, config, again, options)
    const isPoll = pause === pollPause(config)
    const isSpent = options.retryCount > (config.errorRetryCount ?? Infinity)
    if (pause !== 'never' && (isPoll || !isSpent)) setTimeout(() => void again(options), pause)
  }
}

/** SWR polls no more while there is an error, and leaves going on to the retries. */
function pollPause({ refreshInterval }: RetrySettings): number | undefined {
  const interval = typeof refreshInterval === 'function' ? refreshInterval(undefined) : refreshInterval
  return interval ? Math.max(interval, LEAST_MS) : undefined
}
