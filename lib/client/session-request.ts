import { isRecord, type UnknownRecord } from '../record'

/** A server that hangs is not waited for any longer. */
const TIMEOUT_MS = 30_000

/** What next-auth answers to a session request: an empty object where nobody is signed in; `undefined` for silence. */
export function requestSession(basePath: string): Promise<UnknownRecord | undefined> {
  return inTime((signal) => fetchRecord(`${basePath}/session`, { signal }))
}

/** The same, asking the server to renew tokens that were renewed so often: the backend has answered 401 to them. */
export function requestRenewal(basePath: string, generation: number): Promise<UnknownRecord | undefined> {
  return inTime(async (signal) => {
    const csrf = await fetchRecord(`${basePath}/csrf`, { signal })
    return csrf && fetchRecord(`${basePath}/session`, {
      signal,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ csrfToken: csrf['csrfToken'], data: { tokenRefresh: { renew: generation } } }),
    })
  })
}

async function fetchRecord(url: string, init: RequestInit): Promise<UnknownRecord | undefined> {
  const response = await fetch(url, { cache: 'no-store', ...init })
  const body: unknown = await response.json()
  return response.ok && isRecord(body) ? body : undefined
}

async function inTime<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS)
  try {
    return await run(controller.signal)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
