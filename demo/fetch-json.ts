import type { Problem } from './problem'

/** Fetches JSON; rejects with what went wrong, as a problem that a page can show. */
export async function fetchJSON<T>(url: string): Promise<T> {
  const response = await fetch(url).catch(() => undefined)
  if (!response) throw asThrown({ status: 0, title: 'No answer came', detail: 'The app’s own server can’t be reached.' })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body as T
  const { status } = response
  throw asThrown(isProblem(body) ? body : { status, title: 'That failed', detail: `The answer was ${status}.` })
}

function asThrown(problem: Problem): Error & Problem {
  return Object.assign(new Error(problem.title), problem)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'detail' in body
}
