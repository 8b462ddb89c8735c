import { isRefreshError, RefreshError } from '../errors'
import { isRecord } from '../record'

/** A provider's answer, its body read and parsed if it was JSON or a form. */
export interface ProviderAnswer {
  status: number
  ok: boolean
  /** `undefined` where the body was empty, or neither. */
  json: unknown
  contentType: string | undefined
  retryAfter: string | null
}

/**
 * Sends one request and reads the answer.
 *
 * @throws {RefreshError} `unavailable` where no answer came, or what `send` itself throws of this kind
 */
export async function askProvider(send: () => Promise<Response>): Promise<ProviderAnswer> {
  try {
    const response = await send()
    const contentType = response.headers.get('content-type') ?? undefined
    return {
      status: response.status,
      ok: response.ok,
      json: parse(await response.text(), contentType),
      contentType,
      retryAfter: response.headers.get('retry-after'),
    }
  } catch (cause) {
    if (isRefreshError(cause)) throw cause
    throw new RefreshError('unavailable', `The provider can't be reached${reasonOf(cause)}.`, { cause })
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
