import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BackendRequest } from './request'
import { type BackendResponse, failure } from './response'

/** A Node request listener, and a Next API route too; it never rejects, and settles once it answered or can't. */
export type BackendListener = (req: IncomingMessage & { body?: unknown }, res: ServerResponse) => Promise<void>

const MAX_BODY_BYTES = 1024 * 1024

/** Serves `handle` over HTTP. A request that gets no answer loses its connection. */
export function createListener(handle: (request: BackendRequest) => Promise<BackendResponse>): BackendListener {
  return async (req, res) => {
    try {
      const signal = abortedOnClose(res)
      // Next and Express leave what they parsed in `body`, and the stream at its end.
      const body = req.body === undefined ? await readBody(req) : req.body
      const { method = '', url = '', headers } = req
      const { status, headers: answered, body: text } =
        body === TOO_LARGE
          ? failure(413, 'payload_too_large', `The body must be at most ${MAX_BODY_BYTES} bytes`)
          : await handle({ method, url, headers, body, signal })
      res.writeHead(status, answered).end(text)
    } catch {
      res.destroy()
    }
  }
}

const TOO_LARGE = Symbol('too large')

/** The whole body. One that is too large is read to its end, so that the client hears the answer, but not kept. */
async function readBody(req: IncomingMessage): Promise<Buffer | typeof TOO_LARGE> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size > MAX_BODY_BYTES ? TOO_LARGE : Buffer.concat(chunks)
}

/** A signal that aborts once the client is gone. */
function abortedOnClose(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (res.destroyed) controller.abort()
  else res.once('close', () => controller.abort())
  return controller.signal
}
