import { maxHeaderSize } from 'node:http'
import type { JWT } from 'next-auth/jwt'
import type { CookieField, RefreshEvent } from '../events'
import type { Log } from '../log'

/** What next-auth puts into one cookie; past it, the value is spread over several. */
const CHUNK = 3_933
/** From this share of a chunk on, the next field may be the one too many. */
const NEAR = 0.9
/** What a request's other headers, and the names of the cookies themselves, are left of Node's limit. */
const OTHER_HEADERS = 2_048
const FIELDS_NAMED = 5

/** Knows how large the session cookie is when it is written, and speaks before the server answers 431 in silence. */
export function createCookieBudget(emit: (event: RefreshEvent) => void, log: Log) {
  const limit = maxHeaderSize - OTHER_HEADERS
  let isNearSaid = false

  return (session: string, cookie: string, token: JWT): void => {
    const size = cookie.length
    if (size > limit) {
      const fields = largestFields(token)
      emit({ type: 'cookie-over-limit', session, size, limit, fields })
      log.errorOnce(
        `The session cookie does not fit into a request's headers (${maxHeaderSize} bytes in all): the server will answer ` +
          `431 to this user. Keep less in the token. Its largest fields: ${listed(fields)}.`,
      )
    } else if (size >= CHUNK * NEAR && !isNearSaid) {
      isNearSaid = true
      const fields = largestFields(token)
      emit({ type: 'cookie-near-limit', session, size, limit: CHUNK, fields })
      log.warn(
        `The session cookie is ${size} characters long; past ${CHUNK} it is spread over several cookies, which cost every ` +
          `request. Its largest fields: ${listed(fields)}.`,
      )
    }
  }
}

function largestFields(token: JWT): CookieField[] {
  return Object.entries(token)
    .map(([name, value]) => ({ name, size: (JSON.stringify(value) ?? '').length }))
    .sort((one, other) => other.size - one.size)
    .slice(0, FIELDS_NAMED)
}

function listed(fields: readonly CookieField[]): string {
  return fields.map(({ name, size }) => `${name} (${size})`).join(', ')
}
