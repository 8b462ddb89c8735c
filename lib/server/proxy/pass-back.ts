import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { isEventStream } from './response-headers'

/**
 * Sends the backend's response on as it comes. Where the backend breaks off or falls silent, the client's response
 * breaks off, too: half an answer must not look whole.
 *
 * @param timeout milliseconds that the backend may be silent
 */
export async function passBack(
  response: IncomingMessage,
  headers: ReadonlyMap<string, string>,
  res: ServerResponse,
  timeout: number,
): Promise<void> {
  res.statusCode = response.statusCode ?? 502
  for (const [name, value] of headers) res.setHeader(name, value)
  res.flushHeaders()
  const silence = setTimeout(() => {
    // A client that reads or sends slowly is no silent backend.
    if (res.writableNeedDrain || isSending(res.req)) silence.refresh()
    else response.destroy(new Error('The backend is silent.'))
  }, timeout)
  if (isEventStream(response.headers)) clearTimeout(silence)
  const isOpenEnded = response.headers['content-length'] === undefined
  const passing = pipeline(response, res)
  response.on('data', () => {
    silence.refresh()
    if (isOpenEnded) flush(res)
  })
  try {
    await passing
  } catch {
    // Both are cut by now.
  } finally {
    clearTimeout(silence)
  }
}

/** Whether a request's body is still on its way, and none of it is held up here. */
function isSending(req: IncomingMessage): boolean {
  return !req.complete && req.readableLength === 0
}

/** Next compresses responses, and holds back what it has until there is more. */
function flush(res: ServerResponse & { flush?: () => void }): void {
  res.flush?.()
}
