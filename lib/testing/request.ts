/** A request as a token backend takes it, whichever server it came through. */
export interface BackendRequest {
  method: string
  /** Absolute, or a path; whatever prefix and query it has. */
  url: string
  headers?: Record<string, string | string[] | undefined>
  /** A parsed object, or JSON as a string or bytes. */
  body?: unknown
  /** Ends the wait of a `slow` or `hang` fault: the request then rejects with the abort's reason. */
  signal?: AbortSignal
}

/** What faults and counters call the backend's endpoints. */
export type BackendPath = 'login' | 'refresh' | 'logout' | 'me'

export interface BackendRoute {
  path: BackendPath
  method: 'GET' | 'POST'
}

const ROUTES: readonly (BackendRoute & { end: string })[] = [
  { path: 'login', method: 'POST', end: '/auth/login' },
  { path: 'refresh', method: 'POST', end: '/auth/refreshToken' },
  { path: 'logout', method: 'POST', end: '/auth/logout' },
  { path: 'me', method: 'GET', end: '/users/me' },
]

/** The route that the URL's path ends in, if any; a trailing slash makes no difference. */
export function routeOf(url: string): BackendRoute | undefined {
  const path = url
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#][^]*$/, '')
    .replace(/\/$/, '')
  return ROUTES.find(({ end }) => `/${path}`.endsWith(end))
}

/** The bearer token of the `Authorization` header, if it has one (RFC 6750 §2.1). */
export function bearerToken(headers: BackendRequest['headers']): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')
  const value: unknown = Array.isArray(entry?.[1]) ? entry[1][0] : entry?.[1]
  return typeof value === 'string' ? /^Bearer +(\S+)$/i.exec(value)?.[1] : undefined
}

/** The named fields of a body, each a non-empty string; or what is wrong with it, in words that quote no value. */
export function parseFields<Name extends string>(
  body: unknown,
  ...names: Name[]
): { fields: Record<Name, string> } | { problem: string } {
  try {
    const source = parseJson(body)
    const fields = names.map((name) => [name, source[name]] as const)
    const wrong = fields.find(([, value]) => typeof value !== 'string' || value === '')
    if (wrong) return { problem: `The field "${wrong[0]}" must be a non-empty string` }
    return { fields: Object.fromEntries(fields) as Record<Name, string> }
  } catch {
    return { problem: `The body must be a JSON object with ${names.map((name) => `"${name}"`).join(' and ')}` }
  }
}

/** Throws what is no JSON object. */
function parseJson(body: unknown): Record<string, unknown> {
  const text = ArrayBuffer.isView(body) ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() : body
  const value: unknown = typeof text === 'string' ? JSON.parse(text) : text
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no JSON object')
  return value as Record<string, unknown>
}
