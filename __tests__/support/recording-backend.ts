import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { listen } from './listen'

/** A request as a backend got it. */
export interface SeenRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  /** What the access token is sent as. */
  token: string | undefined
}

type Answer = (req: IncomingMessage, res: ServerResponse) => unknown

/** A backend that writes down all that reaches it. */
export interface RecordingBackend {
  origin: string
  /** Host and port. */
  host: string
  seen: SeenRequest[]
  /** Answers from now on; at first with what was seen, as JSON. */
  answer: Answer
  close(): Promise<void>
}

export async function startRecordingBackend(answer: Answer = echo): Promise<RecordingBackend> {
  const seen: SeenRequest[] = []
  const server = await listen((req, res) => {
    seen.push(seenOf(req))
    // A client that leaves is no fault of this server's.
    void Promise.resolve(backend.answer(req, res)).catch(() => {})
  })
  const { origin, close } = server
  const backend: RecordingBackend = { origin, host: new URL(origin).host, seen, answer, close }
  return backend
}

/** Answers with the request, and with the hash of its body. */
export async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      hash.update(chunk)
      size += chunk.length
    }
  } catch {
    return
  }
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify({ ...seenOf(req), size, sha256: hash.digest('hex') }))
}

function seenOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage): SeenRequest {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  const cookie = /(?:^|; )access_token=([^;]+)/.exec(headers.cookie ?? '')?.[1]
  return { method, url, headers, rawHeaders: [...rawHeaders], token: bearer ?? cookie }
}
