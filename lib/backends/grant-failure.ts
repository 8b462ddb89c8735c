import { RefreshError } from '../errors'
import { isRecord } from '../record'
import { failureOf, type FailedAnswer } from '../refresh/failure'
import { parseRetryAfter } from '../retry-after'

/** OAuth error codes that speak of the request as such (RFC 6749 §5.2, RFC 8707 §2): the next one would be no better. */
const REQUEST_FAULTS: readonly unknown[] = ['invalid_request', 'unsupported_grant_type', 'invalid_scope', 'invalid_target']

/**
 * Says what a failed answer to a refresh grant proves. A token endpoint has a word of its own for a dead refresh token,
 * `invalid_grant` (RFC 6749 §5.2), so no status alone is taken for it; a 401 is about the client.
 *
 * @param isRefusal whether the provider refuses the refresh token in other words
 */
export function grantFailureOf(answer: FailedAnswer, isRefusal: boolean): RefreshError {
  const refusal = failureOf({ ...answer, json: { error: 'invalid_grant' } })
  const code = isRecord(answer.json) ? answer.json['error'] : undefined
  if (code === 'invalid_grant' || isRefusal) return refusal
  const failure = failureOf(answer)
  const isPassing = refusal.code !== 'refused'
  if (REQUEST_FAULTS.includes(code) && !isPassing) {
    return new RefreshError('configuration', `The provider answered ${answer.status} (${String(code)}): check its settings.`)
  }
  if (failure.code !== 'refused') return failure
  if (answer.status === 401) {
    return new RefreshError('configuration', 'The provider answered 401: it refuses this client, so check its id and secret.')
  }
  return new RefreshError('unavailable', `The provider answered ${answer.status} without an OAuth error code that says why.`, {
    retryAfter: parseRetryAfter(answer.retryAfter, Date.now()),
  })
}

/** Whether an answer says that it went wrong, whatever its status: some say so with 200. */
export function isFailedAnswer({ ok, json }: { ok: boolean; json: unknown }): boolean {
  if (!ok || !isRecord(json)) return !ok
  const { error, ok: isFine } = json
  return (typeof error === 'string' && error !== '') || isFine === false
}
