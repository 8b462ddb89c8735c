import type { NextApiResponse } from 'next'

/** What went wrong, for programs and people (RFC 9457). */
export interface Problem {
  status: number
  title: string
  detail: string
}

/** Answers with a problem as JSON. */
export function sendProblem(res: NextApiResponse, { status, title, detail }: Problem): void {
  res.status(status).setHeader('Content-Type', 'application/problem+json').setHeader('Cache-Control', 'no-store')
  res.send(JSON.stringify({ status, title, detail }))
}
