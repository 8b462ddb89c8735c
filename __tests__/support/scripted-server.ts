import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen, type Listening } from './listen'

/** A request as it arrived. */
export interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

export interface ScriptedServer extends Listening {
  seen: Seen[]
  /** What the server says to each request from now on. */
  answer: (res: ServerResponse, req: Seen) => void
}

/** A server that writes down what it is asked, and answers as it is told. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const seen: Seen[] = []
  const listening = await listen(async (req, res) => {
    const { method, url, headers } = req
    const request = { method, url, headers, body: await text(req) }
    seen.push(request)
    server.answer(res, request)
  })
  const server: ScriptedServer = { ...listening, seen, answer: json({}, 404) }
  return server
}

/** An answer in JSON. */
export const json = (body: unknown, status = 200, headers: Record<string, string | string[]> = {}) => (res: ServerResponse) => {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
