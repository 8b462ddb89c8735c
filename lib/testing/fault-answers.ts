import type { FaultKind } from './faults'
import { type BackendResponse, failure } from './response'

/**
 * What a client gets under a fault, if any; `work` is the request's own. Rejects with `code: 'ECONNRESET'` for `reset`
 * and `lost`, and with the signal's reason when it aborts a `slow` or `hang`.
 */
export async function answerUnder(
  fault: FaultKind | undefined,
  work: () => Promise<BackendResponse>,
  signal: AbortSignal | undefined,
): Promise<BackendResponse> {
  switch (fault?.kind) {
    case undefined:
      return work()
    case 'unavailable':
      return failure(503, 'temporarily_unavailable', 'The service is unavailable')
    case 'rate-limited':
      return failure(429, 'too_many_requests', 'Too many requests', { 'Retry-After': String(fault.retryAfter) })
    case 'html':
      return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: HTML }
    case 'reset':
      throw connectionReset()
    case 'lost':
      await work()
      throw connectionReset()
    case 'slow': {
      const [response] = await Promise.all([work(), pause(fault.delay * 1000, signal)])
      return response
    }
    case 'hang':
      return aborted(signal)
  }
}

const HTML = '<!doctype html><title>Maintenance</title><p>We will be back soon.</p>'

function connectionReset(): Error {
  return Object.assign(new Error('The connection was reset'), { code: 'ECONNRESET' })
}

/** Waits; rejects with the signal's reason if it aborts first. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  await Promise.race([elapsed, aborted(signal)]).finally(() => clearTimeout(timer))
}

/** Rejects with the signal's reason once it aborts; without a signal it never settles. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason as unknown)
    signal?.addEventListener('abort', () => reject(signal.reason as unknown), { once: true })
  })
}
