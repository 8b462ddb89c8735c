import { RefreshError } from '../errors'
import { isRecord, type UnknownRecord } from '../record'
import { ask, type JSONAnswer } from './answer'

export interface JSONRequest {
  method: 'GET' | 'POST'
  /** Sent besides those of the backend, and in place of its own of the same name. */
  headers?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

/** Sends one request to a path of a backend. */
export type SendJSON = (path: string, request: JSONRequest) => Promise<JSONAnswer>

export interface BackendAddress {
  /**
   * Where the backend is; its paths are taken relative to it, so it may have a path of its own. A setting of the
   * environment can be given as it is; one that is missing throws.
   */
  baseURL: string | undefined
  /** Sent with every request, an API key for example. */
  headers?: Record<string, string>
}

/**
 * Sends JSON, reads JSON. Redirects are not followed: a token endpoint that redirects leads to a login page. What it
 * returns rejects with an `unavailable` `RefreshError` where no answer comes; its message can be shown to anyone.
 *
 * @throws {TypeError} in the name of `backend`, for a `baseURL` that is no http(s) URL
 */
export function createSender(backend: string, { baseURL, headers }: BackendAddress): SendJSON {
  const base = parseBaseURL(backend, baseURL)
  return async (path, { method, body, signal, ...request }) => {
    const hasBody = body !== undefined
    const sent = new Headers({ accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }) })
    for (const [name, value] of Object.entries({ ...headers, ...request.headers })) sent.set(name, value)
    return ask('backend', () =>
      fetch(new URL(path.replace(/^\/+/, ''), base), {
        method,
        headers: sent,
        redirect: 'manual',
        cache: 'no-store',
        ...(hasBody && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    )
  }
}

/**
 * The body of an answer that has to be a JSON object.
 *
 * @throws {RefreshError} `invalid_response`
 */
export function requireObject({ json, contentType }: JSONAnswer): UnknownRecord {
  if (isRecord(json)) return json
  const got = contentType ? ` but ${contentType}` : ''
  throw new RefreshError('invalid_response', `The backend's answer is no JSON object${got}.`)
}

function parseBaseURL(backend: string, baseURL: unknown): URL {
  const url = typeof baseURL === 'string' && URL.canParse(baseURL) ? new URL(baseURL) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`${backend}: \`baseURL\` must be an http(s) URL, not ${JSON.stringify(baseURL)}`)
  }
  // Relative paths replace what stands behind the last slash.
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
