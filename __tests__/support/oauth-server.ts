import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from './listen'

export interface OAuthRequest {
  path: string
  headers: IncomingHttpHeaders
  form: Record<string, string>
}

export type Answer = (res: ServerResponse) => void

/** A provider that answers as a test tells it to, and keeps what it was asked. */
export interface OAuthServer {
  origin: string
  /** Requests to all but the discovery document, in their order. */
  requests: OAuthRequest[]
  /** How often the discovery document was read. */
  discoveries: number
  /** Added to the discovery document. */
  metadata: Record<string, unknown>
  /** What the discovery document is answered with in place of itself. */
  discovery: Answer | undefined
  token: Answer
  revocation: Answer
  close(): Promise<void>
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (res) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const html =
  (status = 200): Answer =>
  (res) =>
    res.writeHead(status, { 'content-type': 'text/html' }).end('<html>')

export async function startOAuthServer(): Promise<OAuthServer> {
  const { origin, close } = await listen((req, res) => void handle(req, res))
  const server: OAuthServer = {
    origin,
    requests: [],
    discoveries: 0,
    metadata: {},
    discovery: undefined,
    token: json({ access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 60 }),
    revocation: (res) => res.writeHead(200).end(),
    close,
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname } = new URL(req.url ?? '/', origin)
    if (pathname.includes('/.well-known/')) {
      server.discoveries += 1
      const issuer = origin + pathname.replace(/\/\.well-known\/.*$/, '')
      const document = { issuer, token_endpoint: `${origin}/token`, revocation_endpoint: `${origin}/revocation`, ...server.metadata }
      return (server.discovery ?? json(document))(res)
    }
    const form = Object.fromEntries(new URLSearchParams(await text(req)))
    server.requests.push({ path: req.url ?? '', headers: req.headers, form })
    ;(pathname.endsWith('revocation') ? server.revocation : server.token)(res)
  }
  return server
}
