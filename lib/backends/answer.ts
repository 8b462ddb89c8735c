import { isRefreshError, RefreshError } from '../errors'
import { isRecord } from '../record'

/** An answer whose body has been read, and parsed if it was JSON. */
export interface JSONAnswer {
  status: number
  ok: boolean
  /** The parsed body; `undefined` where it was empty or no JSON. */
  json: unknown
  contentType: string | undefined
  retryAfter: string | null
  /** The sender's clock (`Date`), epoch milliseconds; this machine's where it doesn't say. */
  date: number
  /** The `Set-Cookie` headers, one an entry. */
  setCookie: string[]
}

/**
 * Sends one request and reads the answer. The message of what it throws can be shown to anyone.
 *
 * @param whom who is asked, for the message
 * @throws {RefreshError} `unavailable` where no answer came, or what `send` itself throws of this kind
 */
export async function ask(whom: string, send: () => Promise<Response>): Promise<JSONAnswer> {
  try {
    const response = await send()
    const contentType = response.headers.get('content-type') ?? undefined
    return {
      status: response.status,
      ok: response.ok,
      json: parse(await response.text(), contentType),
      contentType,
      retryAfter: response.headers.get('retry-after'),
      date: Date.parse(response.headers.get('date') ?? '') || Date.now(),
      setCookie: response.headers.getSetCookie(),
    }
  } catch (cause) {
    if (isRefreshError(cause)) throw cause
    throw new RefreshError('unavailable', `The ${whom} can't be reached${reasonOf(cause)}.`, { cause })
  }
}

function parse(text: string, contentType: string | undefined): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some of the oldest token endpoints answer with a form.
    const isForm = contentType?.startsWith('application/x-www-form-urlencoded')
    return isForm ? Object.fromEntries(new URLSearchParams(text)) : undefined
  }
}

/** The system's code, such as ECONNREFUSED: `fetch` hides it in the cause of a "fetch failed". */
function reasonOf(thrown: unknown): string {
  const cause = isRecord(thrown) ? thrown['cause'] : undefined
  const code = isRecord(cause) ? cause['code'] : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
