import type { RefreshError } from '../errors'
import type { Trouble } from './coordinator'

const FIRST_MS = 1_000
const LONGEST_MS = 30_000
/** Someone has to mend the settings first, so there is no hurry. */
const CONFIGURATION_MS = 60_000
/** A backend that asks for more than this is not believed: the session would be as good as lost. */
const LONGEST_ASKED_MS = 300_000
/** How long a run of failures is remembered after its last one may be tried again. */
const MEMORY_MS = 300_000

/**
 * Puts the next refresh of one token off: exponentially longer with each failure in a row, with jitter, and not before
 * the backend's `Retry-After`.
 */
export function coolDown(error: RefreshError, failuresBefore: number, now: number): Trouble & { kind: 'postponed' } {
  const longest = error.code === 'configuration' ? CONFIGURATION_MS : Math.min(FIRST_MS * 2 ** failuresBefore, LONGEST_MS)
  const jittered = longest * (0.5 + Math.random() / 2)
  const asked = Math.min((error.retryAfter ?? 0) * 1000, LONGEST_ASKED_MS)
  return {
    kind: 'postponed',
    code: error.code,
    until: Math.ceil(now + Math.max(jittered, asked)),
    failures: failuresBefore + 1,
  }
}

/** Milliseconds for which to remember that a refresh was put off. */
export function coolDownMemory({ until }: { until: number }, now: number): number {
  return until - now + MEMORY_MS
}
