import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { mappedLocation } from './location'
import type { AskedPath } from './path'
import { HOP_BY_HOP, namedByConnection } from './request-headers'

/** What a backend may not say to this app's browsers, since it would say it for the app's whole origin. */
const KEPT_BACK: readonly string[] = [
  ...HOP_BY_HOP,
  'set-cookie',
  'set-cookie2',
  'clear-site-data',
  'strict-transport-security',
  'public-key-pins',
  'alt-svc',
  'nel',
  'report-to',
  'service-worker-allowed',
  'timing-allow-origin',
  // The browser would ask the user for a password.
  'www-authenticate',
  'authentication-info',
  // Other ways to say `Location`.
  'refresh',
  'content-location',
  // For caches that all users share.
  'surrogate-control',
]

/** Who may read it (that is for this app to say), what Next or a server in front of it would act on, shared caches. */
const FOR_OTHERS = /^access-control-|^x-(?:middleware|nextjs|matched|accel|sendfile|lighttpd)(?:-|$)|cdn-cache-control$/

/** Types whose documents run scripts, which must not be this app's. */
const SCRIPTABLE = /html|xml|xsl|svg/i
const EVENT_STREAM = /^text\/event-stream\b/i

export interface ResponseContext {
  /** Of the request. */
  method: string
  accessToken: string
  asked: AskedPath
  /** The backend's URL; its path ends in `/`. */
  target: URL
}

/**
 * What is passed on of a response's headers: none holds the token or names the backend's address. `undefined` where
 * it is a redirect that leads out of the backend.
 */
export function passedBack(
  { statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  { method, accessToken, asked, target }: ResponseContext,
): Map<string, string> | undefined {
  const { location, ...others } = headers
  const isUsable = location !== undefined && !location.includes(accessToken)
  const mapped = isUsable ? mappedLocation(location, asked, target, !becomesGet(method, statusCode)) : undefined
  if (statusCode >= 300 && statusCode < 400 && location !== undefined && mapped === undefined) return undefined

  const named = namedByConnection(headers)
  const isKept = ([name, value]: readonly [string, string]) =>
    KEPT_BACK.includes(name) ||
    FOR_OTHERS.test(name) ||
    named.has(name) ||
    value.includes(accessToken) ||
    value.includes(`//${target.host}`)
  const stated = Object.entries(others).map(([name, value = '']) => [name, [value].flat().join(', ')] as const)
  const passed = new Map(stated.filter((header) => !isKept(header)))
  if (mapped !== undefined) passed.set('location', mapped)
  passed.set('x-content-type-options', 'nosniff')
  const isScriptable = SCRIPTABLE.test(passed.get('content-type') ?? '')
  if (isScriptable) passed.set('content-security-policy', "sandbox; default-src 'none'")
  passed.set('cache-control', cacheControl(passed.get('cache-control'), isEventStream(headers)))
  passed.set('vary', [passed.get('vary'), 'Cookie'].filter(Boolean).join(', '))
  // Some servers in front of the app hold a response back to send more of it at once.
  if (isEventStream(headers)) passed.set('x-accel-buffering', 'no')
  return passed
}

/** Whether browsers follow a redirect with `GET` where they have asked with another method (Fetch §4.4). */
function becomesGet(method: string, statusCode: number): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return statusCode === 303 || (method === 'POST' && (statusCode === 301 || statusCode === 302))
}

export function isEventStream({ 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  return EVENT_STREAM.test(type)
}

/**
 * For the browser of this user alone: the request that a shared cache sees has no `Authorization` to keep it from
 * sharing (RFC 9111 §3.5). Event streams are not to be compressed, which would hold events back.
 */
function cacheControl(stated: string | undefined, isStream: boolean): string {
  const directives = (stated ?? 'no-cache').split(',').map((directive) => directive.trim())
  const own = directives.filter((directive) => !/^(?:public|private|s-maxage|proxy-revalidate|$)/i.test(directive))
  return ['private', ...own, ...(isStream ? ['no-transform'] : [])].join(', ')
}
