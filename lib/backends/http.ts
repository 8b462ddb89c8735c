import { RefreshError } from '../errors'
import { isRecord } from '../record'

/** An answer whose body has been read, and parsed if it was JSON. */
export interface JSONAnswer {
  status: number
  ok: boolean
  /** The parsed body; `undefined` where it was empty or no JSON. */
  json: unknown
  contentType: string | undefined
  retryAfter: string | null
}

export interface JSONRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

/**
 * Sends JSON, reads JSON. Redirects are not followed: a token endpoint that redirects leads to a login page.
 *
 * @throws {RefreshError} `unavailable` where no answer came; the message can be shown to anyone
 */
export async function requestJSON({ url, method, headers, body, signal }: JSONRequest): Promise<JSONAnswer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      redirect: 'manual',
      cache: 'no-store',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    return {
      status: response.status,
      ok: response.ok,
      json: parseJSON(text),
      contentType: response.headers.get('content-type') ?? undefined,
      retryAfter: response.headers.get('retry-after'),
    }
  } catch (cause) {
    throw new RefreshError('unavailable', `The backend can't be reached${reasonOf(cause)}.`, { cause })
  }
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The system's code, such as ECONNREFUSED: `fetch` hides it in the cause of a "fetch failed". */
function reasonOf(thrown: unknown): string {
  const cause = isRecord(thrown) ? thrown['cause'] : undefined
  const code = isRecord(cause) ? cause['code'] : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
