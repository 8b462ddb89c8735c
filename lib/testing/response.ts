/** A response as a token backend gives it, for any server to send. */
export interface BackendResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** A JSON answer that no cache may keep (RFC 6749 §5.1). */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): BackendResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

/** A failure in JSON: a stable `error` code, and a `message` that never holds a token. */
export function failure(
  status: number,
  error: string,
  message: string,
  headers?: Record<string, string>,
): BackendResponse {
  return json(status, { error, message }, headers)
}

export function noContent(): BackendResponse {
  return { status: 204, headers: { 'Cache-Control': 'no-store' }, body: '' }
}
