import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** A request's body on its way to the backend. */
export interface RequestBody {
  /** What says where it ends. */
  headers: OutgoingHttpHeaders
  /** Whether `open` can be called again. */
  canBeSentAgain: boolean
  open(): Readable
}

/**
 * The body of a request: in hand where it has `limit` bytes at most, so that it can be sent twice, else as it comes.
 *
 * @throws where the client leaves before it has sent a short body
 */
export async function bodyOf(req: IncomingMessage, limit: number): Promise<RequestBody> {
  const { 'content-length': stated, 'transfer-encoding': coding } = req.headers
  if (coding !== undefined) return passing(req, { 'transfer-encoding': 'chunked' })
  const length = Number(stated ?? 0)
  if (length > limit) return passing(req, { 'content-length': length })
  const content = length === 0 ? Buffer.alloc(0) : await buffer(req)
  const isBodiless = req.method === 'GET' || req.method === 'HEAD'
  return {
    headers: isBodiless ? {} : { 'content-length': content.length },
    canBeSentAgain: true,
    open: () => Readable.from(content.length === 0 ? [] : [content]),
  }
}

function passing(req: IncomingMessage, headers: OutgoingHttpHeaders): RequestBody {
  return { headers, canBeSentAgain: false, open: () => req }
}
