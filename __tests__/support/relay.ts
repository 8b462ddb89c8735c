import { request, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen'

/** Stands between a browser and a server, and keeps all that the server sends. */
export interface Relay {
  origin: string
  /** Where requests go from now on. */
  leadTo(origin: string): void
  /** Every response so far: status, headers and body, none of them compressed. */
  responses(): string[]
  close(): Promise<void>
}

export async function startRelay(): Promise<Relay> {
  const responses: Buffer[][] = []
  let target = ''

  function relay(req: IncomingMessage, res: ServerResponse): void {
    const headers = { ...req.headers, 'accept-encoding': 'identity' }
    const passing = request(`${target}${req.url}`, { method: req.method ?? 'GET', headers })
    passing.on('response', (response) => {
      const kept: Buffer[] = [Buffer.from(`${response.statusCode}\n${response.rawHeaders.join('\n')}\n\n`)]
      responses.push(kept)
      res.writeHead(response.statusCode ?? 502, response.rawHeaders)
      response.on('data', (chunk: Buffer) => kept.push(chunk)).pipe(res)
    })
    passing.on('error', () => res.destroy())
    res.on('close', () => passing.destroy())
    req.pipe(passing)
  }

  const server = await listen(relay)
  return {
    ...server,
    leadTo: (origin) => void (target = origin),
    responses: () => responses.map((kept) => Buffer.concat(kept).toString('latin1')),
  }
}
