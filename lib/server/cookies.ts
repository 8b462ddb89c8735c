import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseSetCookie } from 'set-cookie-parser'

/** A request as Next hands it to pages and API routes: with its cookies parsed. */
export type RequestWithCookies = IncomingMessage & { cookies: Partial<Record<string, string>> }

/** The `Set-Cookie` headers that some code wanted to send. */
export interface CookieCapture {
  /** Stands in for the response: next-auth only gets and sets this one header. */
  response: Pick<ServerResponse, 'getHeader' | 'setHeader'>
  headers(): string[]
}

/** Collects `Set-Cookie` headers apart from the real response, to be looked at before they are sent. */
export function captureCookies(): CookieCapture {
  const captured = new Map<string, readonly string[]>()
  const response: CookieCapture['response'] = {
    getHeader: (name) => [...(captured.get(name.toLowerCase()) ?? [])],
    setHeader(name, value) {
      captured.set(name.toLowerCase(), [value].flat().map(String))
      return this as ServerResponse
    },
  }
  return { response, headers: () => [...(captured.get('set-cookie') ?? [])] }
}

/**
 * Sends cookies with the response, each in place of an earlier one of its name, and brings the request's own up to date,
 * so that whoever reads the session later in the same request reads the new one.
 *
 * @returns whether they can still be sent; Next would drop them silently once the response has begun
 */
export function applyCookies(req: RequestWithCookies, res: ServerResponse, headers: readonly string[]): boolean {
  const cookies = parseSetCookie(headers)
  for (const { name, value, maxAge } of cookies) {
    if (maxAge === 0) delete req.cookies[name]
    else req.cookies[name] = value
  }
  if (res.headersSent) return headers.length === 0
  const names = new Set(cookies.map(({ name }) => name))
  const others = [res.getHeader('Set-Cookie') ?? []].flat().map(String).filter((header) => !names.has(nameOf(header)))
  if (headers.length > 0) res.setHeader('Set-Cookie', [...others, ...headers])
  return true
}

function nameOf(header: string): string {
  return parseSetCookie(header, { split: false })[0]?.name ?? ''
}
