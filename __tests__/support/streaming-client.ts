import { randomBytes } from 'node:crypto'
import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { HttpBrowser } from './http-browser'

/** A request whose bodies are in the test's hands. */
export interface StreamingRequest {
  request: ClientRequest
  /** Rejects where the connection breaks before there is a response. */
  response: Promise<IncomingMessage>
}

/** Opens a request with a browser's cookies. Nothing is sent until the request is written to or ended. */
export function openRequest(browser: HttpBrowser, url: string, options: RequestOptions = {}): StreamingRequest {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const opened = request(url, { agent: false, ...options, headers: { cookie, ...options.headers } })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    opened.on('response', resolve)
    opened.on('error', reject)
  })
  response.catch(() => {})
  return { request: opened, response }
}

const CHUNK = 65_536
const NOISE = randomBytes(CHUNK * 4)

/** Bytes that no compression shortens, the same for the same number while this process lives. */
export function* bytes(total: number): Generator<Buffer> {
  for (let sent = 0; sent < total; sent += CHUNK) {
    const from = (sent / CHUNK) * 997 % (NOISE.length - CHUNK)
    yield NOISE.subarray(from, from + Math.min(CHUNK, total - sent))
  }
}
