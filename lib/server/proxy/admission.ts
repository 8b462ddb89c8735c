import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Problem } from '../problem'
import { FORBIDDEN_METHODS } from './allow'

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

type Head = Pick<IncomingMessage, 'method' | 'headers'>

/** Why a request is no plain one that can be passed on, if so. What is passed on is framed anew (RFC 9112 §6). */
export function transferProblem({ method = '', headers }: Head): Problem | undefined {
  const { upgrade, 'transfer-encoding': coding, 'content-length': length } = headers
  if (FORBIDDEN_METHODS.includes(method)) return unsupported(`The method ${method} is not passed on.`)
  if (upgrade !== undefined) return unsupported('Connections can’t be upgraded here: no WebSocket, no h2c.')
  const isChunked = coding?.toLowerCase() === 'chunked'
  if (coding !== undefined && !isChunked) return unsupported('The transfer coding is not `chunked`.')
  if (isChunked && length !== undefined) return malformed('The length of the body is stated twice.')
  const hasBody = isChunked || (length !== undefined && length !== '0')
  // Nothing in such a request says where its body ends, once the encoding of this connection is gone.
  if (hasBody && (method === 'GET' || method === 'HEAD')) return malformed(`A ${method} request has no body.`)
  return undefined
}

/**
 * Why a request may have been sent by another site's page in the user's name, if so. Browsers say who sent it in
 * `Sec-Fetch-Site`, which no page can set, and older ones in `Origin`. Another origin of the same site is another's,
 * too. Whatever is no browser sends neither, and carries no cookie that it does not know.
 */
export function crossSiteProblem({ method = '', headers }: Head): Problem | undefined {
  if (SAFE.includes(method)) return undefined
  const site = headers['sec-fetch-site']
  const { origin } = headers
  const isOwn = site !== undefined ? site === 'same-origin' : origin === undefined || isOwnOrigin(origin, headers)
  return isOwn ? undefined : CROSS_SITE
}

function isOwnOrigin(origin: string, { host }: IncomingHttpHeaders): boolean {
  if (!URL.canParse(origin)) return false
  const stated = process.env['NEXTAUTH_URL'] ?? ''
  return new URL(origin).host === host?.toLowerCase() || (URL.canParse(stated) && new URL(stated).origin === origin)
}

function unsupported(detail: string): Problem {
  return { status: 501, title: 'Not supported', detail }
}

function malformed(detail: string): Problem {
  return { status: 400, title: 'Bad request', detail }
}

const CROSS_SITE: Problem = {
  status: 403,
  title: 'Cross-site request',
  detail: 'Only this app’s own pages may ask for changes.',
}
