import type { NextAuthOptions } from 'next-auth'
import { internalsOf } from '../../next-auth/internals'
import { MAX_TIMER_S, requireKnown } from '../../option-checks'
import { requireTransport, type TransportOptions } from '../../transport'
import { parseRules, type Rule } from './allow'
import { HOP_BY_HOP } from './request-headers'

/** Which backend the proxy stands in for, and what of it may be asked for. */
export interface BackendProxyOptions extends TransportOptions {
  /** Where the backend is: an http(s) URL. The paths of requests are taken relative to it, so it may have its own. */
  target: string | undefined
  /** What `withTokenRefresh` returned. */
  authOptions: NextAuthOptions
  /**
   * What may be asked for; everything else is not found. Each line is a path of the backend, which allows all methods,
   * or methods and a path: `'/users/me'`, `'GET,POST /orders'`. `*` stands for one segment: `'GET /orders/*'`. `/**` at
   * the end means the path and everything below it: `'/files/**'`.
   */
  allow: readonly string[]
  /**
   * Sent with every request in place of the browser's, an API key for example.
   * @default {}
   */
  headers?: Record<string, string>
  /**
   * Seconds that the backend may be silent while it is waited for. An event stream, once begun, may be so for ever.
   * @default 30
   */
  timeout?: number
  /**
   * Bytes up to which a request's body is held, so that it can be sent again with a renewed token.
   * @default 65536
   */
  replayLimit?: number
}

/** The options as the proxy takes them. */
export interface BackendProxySettings {
  /** Its path ends in `/`. */
  target: URL
  rules: readonly Rule[]
  transport: TransportOptions
  headers: Record<string, string>
  /** Milliseconds. */
  timeout: number
  replayLimit: number
}

/** The proxy's own to say. */
const OWN_HEADERS: readonly string[] = [...HOP_BY_HOP, 'host', 'content-length', 'authorization', 'cookie']
const NAMES = ['target', 'authOptions', 'allow', 'headers', 'timeout', 'replayLimit', 'transport', 'cookieName']

/** @throws {TypeError} quoting the option that is unknown, missing or can't be */
export function resolveProxyOptions(options: BackendProxyOptions): BackendProxySettings {
  requireKnown('createBackendProxy', options, NAMES)
  internalsOf(options.authOptions, 'createBackendProxy')
  const { headers = {}, timeout = 30, replayLimit = 65_536, transport, cookieName } = options
  if (!(timeout > 0 && timeout <= MAX_TIMER_S)) throw wrong('`timeout` must be a number of seconds above 0')
  const isLimit = Number.isInteger(replayLimit) && replayLimit >= 0
  if (!isLimit) throw wrong('`replayLimit` must be a whole number of bytes, 0 or more')
  requireTransport('createBackendProxy', options)
  return {
    target: parseTarget(options.target),
    rules: parseRules(options.allow),
    transport: { ...(transport && { transport }), ...(cookieName && { cookieName }) },
    headers: parseHeaders(headers),
    timeout: timeout * 1000,
    replayLimit,
  }
}

function parseTarget(target: unknown): URL {
  const url = typeof target === 'string' && URL.canParse(target) ? new URL(target) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw wrong(`\`target\` must be an http(s) URL, not ${JSON.stringify(target)}`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw wrong('`target` must have no user, query or hash: it is where the backend is')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

function parseHeaders(headers: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const own = pairs.find(([name]) => OWN_HEADERS.includes(name))
  if (own) throw wrong(`\`headers\` can't set ${own[0]}: the proxy does`)
  return Object.fromEntries(pairs)
}

function wrong(because: string): TypeError {
  return new TypeError(`createBackendProxy: ${because}`)
}
