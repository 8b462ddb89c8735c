import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listen } from './listen'

export interface Recorded {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** A server that writes down each request in full before it answers. */
export interface Recorder {
  origin: string
  requests: Recorded[]
  /** Everything that has come in, to be searched for what should not have. */
  text(): string
  close(): Promise<void>
}

/** @param answer answers each request; with nothing else, 200 and an empty JSON object */
export async function startRecorder(answer: (request: Recorded, res: ServerResponse) => void = respond): Promise<Recorder> {
  const requests: Recorded[] = []
  const listener: RequestListener = (req, res) => {
    void buffer(req).then((body) => {
      const request = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body }
      requests.push(request)
      answer(request, res)
    })
  }
  const server = await listen(listener)
  return {
    origin: server.origin,
    requests,
    text: () => requests.map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body.toString('latin1')}`).join('\n'),
    close: server.close,
  }
}

function respond(_request: Recorded, res: ServerResponse): void {
  res.setHeader('content-type', 'application/json')
  res.end('{}')
}
