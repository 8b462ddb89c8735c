import type { ServerResponse } from 'node:http'

/** What went wrong, for programs and people (RFC 9457 §3.1); its `type` is `about:blank`, as where none is given. */
export interface Problem {
  status: number
  title: string
  /** A sentence that anyone may read: no token, no address of a backend. */
  detail: string
}

/** What the signed-out are told, and those whose session is over. */
export const SIGNED_OUT: Problem = { status: 401, title: 'Signed out', detail: 'Sign in first.' }

/** What the signed-in are told who lack a role. */
export const FORBIDDEN: Problem = { status: 403, title: 'Forbidden', detail: 'You have none of the roles that may do this.' }

/** Ends the response with a problem as JSON, which nobody may keep. Headers set before go with it: cookies, too. */
export function sendProblem(res: ServerResponse, { status, title, detail }: Problem): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/problem+json')
  res.setHeader('Cache-Control', 'no-store')
  res.end(JSON.stringify({ status, title, detail }))
}
