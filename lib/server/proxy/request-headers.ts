import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** Headers of one connection alone (RFC 9110 §7.6.1), besides those that `Connection` names. */
export const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]

/** What the browser's request says for this app and not for the backend, and what it may not say in the app's name. */
const KEPT_BACK: readonly string[] = [
  ...HOP_BY_HOP,
  // Who the user is, is for the token to say.
  'authorization',
  'cookie',
  'cookie2',
  // Where it goes, and how long its body is, is said anew. Node has answered `expect` already.
  'host',
  'content-length',
  'expect',
  // A page of this app has asked this app: for the backend there is no browser, so no origin to judge.
  'origin',
  'referer',
  // Some servers take it for the address of a proxy of theirs.
  'proxy',
  'via',
  'client-ip',
  'true-client-ip',
]

/** Who asked, from where, for which path and by which method, as if a gateway in front of the backend said so. */
const SPOOFED = [
  /^(?:x-)?forwarded(?:-|$)/,
  /^x-(?:real|client|remote|cluster-client|original|originating|rewrite|http|method|host|middleware|nextjs)(?:-|$)/,
  /^(?:cf|fastly|sec|access-control)-/,
]

/**
 * What is passed on of a request's headers. A name with `_` in it is none that a browser sends, and some servers read
 * it as one with `-`.
 */
export function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(headers)
  const isKept = (name: string) =>
    KEPT_BACK.includes(name) || named.has(name) || name.includes('_') || SPOOFED.some((names) => names.test(name))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isKept(name)))
}

/** The further headers that are meant for one connection alone. */
export function namedByConnection({ connection = '' }: { connection?: string | undefined }): ReadonlySet<string> {
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}
