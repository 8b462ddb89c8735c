import type { AxiosError } from 'axios'
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

/** What a failed request of axios tells: the server's own words, where there are any. */
export function problemOf({ response }: AxiosError): Problem {
  const said = response?.data as Partial<Problem> | undefined
  if (said?.title) return { status: response?.status ?? 0, title: said.title, detail: said.detail ?? '' }
  if (response) return { status: response.status, title: 'The request failed', detail: `It was answered ${response.status}.` }
  return { status: 0, title: 'No answer came', detail: 'The app’s own server can’t be reached.' }
}
