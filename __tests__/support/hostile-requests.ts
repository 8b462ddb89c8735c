import type { SeenRequest } from './recording-backend'

/** A request that no well-meaning client sends. */
export interface HostileRequest {
  name: string
  /** Method and target; a GET where only a target is given. `ELSEWHERE` stands for another server's host and port. */
  line: string
  headers?: readonly string[]
  body?: string
  /** Whether it may reach the backend, made harmless; else it must not. */
  isHarmless?: true
}

/** In front of the paths, which take `GET /users/me` and `/files/**` alone. */
const AT = '/api/proxy'
const form = (body: string) => ({ headers: [`Content-Length: ${body.length}`], body })
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
const SMUGGLED = 'GET /v1/admin HTTP/1.1\r\nHost: x\r\n\r\n'

const path = (name: string, target: string): HostileRequest => ({ name, line: `${AT}${target}` })
const harmlessPath = (name: string, target: string): HostileRequest => ({ ...path(name, target), isHarmless: true })
const withHeaders = (name: string, ...headers: string[]): HostileRequest => ({
  name,
  line: `${AT}/files/a`,
  headers,
  isHarmless: true,
})
const change = (name: string, ...headers: string[]): HostileRequest => ({ name, line: `POST ${AT}/files/a`, headers })
const framed = (name: string, headers: string[], body: string, method = 'POST'): HostileRequest => ({
  name,
  line: `${method} ${AT}/files/a`,
  headers,
  body,
})

const PATHS: readonly HostileRequest[] = [
  path('dots above the mount', '/../admin'),
  path('dots above the base', '/files/../../../admin'),
  path('dots beside what is allowed', '/files/../admin'),
  path('encoded dots', '/files/%2e%2e/admin'),
  path('half-encoded dots', '/files/.%2E/admin'),
  path('dots with an encoded slash', '/files/..%2fadmin'),
  path('all of it encoded', '/files/%2e%2e%2fadmin'),
  path('a backslash', '/files/..\\admin'),
  path('an encoded backslash', '/files/..%5cadmin'),
  path('dots encoded twice', '/files/%252e%252e/admin'),
  path('dots and slash encoded twice', '/files/%252e%252e%252fadmin'),
  path('dots encoded three times', '/files/%25252e%25252e/admin'),
  path('dots with a path parameter', '/files/..;/admin'),
  path('dots with an encoded path parameter', '/files/..%3Bx/admin'),
  path('dots and a space', '/files/..%20/admin'),
  path('dots split by a null', '/files/.%00./admin'),
  path('a null behind an extension', '/files/a.txt%00.html'),
  path('a null encoded twice', '/files/a%2500'),
  path('an encoded slash in a name', '/files/a%2fb'),
  path('overlong dots', '/files/%c0%ae%c0%ae/admin'),
  path('a broken escape', '/files/%zz'),
  path('an empty segment', '/files//admin'),
  path('a line break for a header', '/files/a%0d%0aX-Evil:%201'),
  path('an absolute URL', '/http://ELSEWHERE/x'),
  path('an encoded absolute URL', '/http:%2f%2fELSEWHERE/x'),
  path('another host behind two slashes', '//ELSEWHERE/x'),
  path('another host behind an at sign', '/@ELSEWHERE/x'),
  path('another host behind a backslash', '/\\ELSEWHERE/x'),
  path('bytes that are no ASCII', '/files/\u00e9'),
  path('a space in the target', '/files/a b'),
  path('another case', '/FILES/a'),
  path('a longer name', '/filesystem'),
  path('a name that ends alike', '/xfiles/a'),
  path('a path beside what is allowed', '/admin'),
  path('below a path that is allowed alone', '/users/me/secrets'),
  { name: 'another host in absolute form', line: `http://ELSEWHERE${AT}/files/a` },
  { name: 'another host in front of the path', line: `//ELSEWHERE${AT}/files/a` },
  // Next cuts it off; a server that does not is told that it may not be there.
  harmlessPath('a fragment', '/files/a#/../../admin'),
  harmlessPath('a fragment in the query', '/files/a?b#c'),
  harmlessPath('wide dots', '/files/%EF%BC%8E%EF%BC%8E/a'),
  harmlessPath('a path parameter', '/files/a;b=c'),
  harmlessPath('a query that names the path', '/files/a?path=..&path=admin'),
  harmlessPath('a line break in the query', '/files/a?b=%0d%0aX-Evil:%201'),
  harmlessPath('a query that looks like a path', '/files/a?/../../admin'),
]

const HEADERS: readonly HostileRequest[] = [
  withHeaders('credentials of its own', 'Authorization: Bearer forged'),
  withHeaders('credentials twice', 'Authorization: Bearer forged', 'Authorization: Basic Zm9yZ2Vk'),
  withHeaders('credentials for a proxy', 'Proxy-Authorization: Basic Zm9yZ2Vk'),
  withHeaders('a cookie for the backend', 'Cookie2: $Version=1'),
  withHeaders('a connection that claims the token', 'Connection: close, authorization'),
  withHeaders('a connection that claims the length', 'Connection: close, content-length, host'),
  withHeaders('a connection with headers of its own', 'Connection: close, X-Mine', 'X-Mine: forged'),
  withHeaders('forged forwarding', 'Forwarded: for=forged', 'X-Forwarded-For: forged', 'X-Forwarded-Host: ELSEWHERE'),
  withHeaders('forged addresses', 'X-Real-IP: forged', 'True-Client-IP: forged', 'CF-Connecting-IP: forged'),
  withHeaders('forged forwarding in the spelling of CGI', 'X_Forwarded_For: forged', 'X_Real_IP: forged'),
  withHeaders('another path for the gateway', 'X-Original-URL: /forged', 'X-Rewrite-URL: /forged'),
  withHeaders('another method', 'X-HTTP-Method-Override: forged', 'X-HTTP-Method: forged'),
  withHeaders('another method in other words', 'X-Method-Override: forged', 'X-Method: forged'),
  withHeaders('a proxy for the backend', 'Proxy: http://ELSEWHERE/forged'),
  withHeaders('an expectation', 'Expect: 100-continue', 'Authorization: Bearer forged'),
  withHeaders('trailers and keep-alive', 'TE: forged', 'Trailer: forged', 'Keep-Alive: forged'),
  withHeaders('a connection as of old', 'Proxy-Connection: forged'),
  withHeaders('a skipped middleware', 'X-Middleware-Subrequest: forged'),
  withHeaders('another host', 'Host: ELSEWHERE'),
  { ...withHeaders('two hosts', 'Host: ELSEWHERE', 'Host: ELSEWHERE') },
  { name: 'headers beyond measure', line: `${AT}/files/a`, headers: [`X-Long: ${'x'.repeat(40_000)}`] },
  { name: 'a space before the colon', line: `${AT}/files/a`, headers: ['X-Spaced : 1'] },
  { name: 'a folded header', line: `${AT}/files/a`, headers: ['X-Folded: 1', ' Authorization: forged'] },
  { name: 'a header without a name', line: `${AT}/files/a`, headers: [': forged'] },
]

const METHODS: readonly HostileRequest[] = [
  { name: 'TRACE', line: `TRACE ${AT}/files/a` },
  { name: 'CONNECT', line: `CONNECT ${AT}/files/a` },
  { name: 'CONNECT to another host', line: 'CONNECT ELSEWHERE' },
  { name: 'TRACK', line: `TRACK ${AT}/files/a` },
  { name: 'a method in small letters', line: `get ${AT}/files/a` },
  { name: 'a method that the path does not take', line: `POST ${AT}/users/me`, ...form('x') },
  { name: 'a method in the query', line: `POST ${AT}/files/a?_method=DELETE`, ...form('x') },
  { name: 'a method in the query, encoded', line: `POST ${AT}/files/a?%5fmethod=DELETE`, ...form('x') },
  { name: 'a WebSocket', line: `${AT}/files/a`, headers: ['Connection: close, Upgrade', 'Upgrade: websocket'] },
  { name: 'HTTP/2 in clear', line: `${AT}/files/a`, headers: ['Connection: close, Upgrade', 'Upgrade: h2c'] },
]

const FRAMES: readonly HostileRequest[] = [
  framed('two lengths', ['Content-Length: 1', 'Content-Length: 40'], `x${SMUGGLED}`),
  framed('a length and a coding', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\n\n${SMUGGLED}`),
  framed('a coding and a length', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\n\n${SMUGGLED}`),
  framed('an unknown coding', ['Transfer-Encoding: xchunked'], chunked('x')),
  framed('a coding inside the coding', ['Transfer-Encoding: gzip, chunked'], chunked('x')),
  framed('a coding in two headers', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], chunked('x')),
  framed('a coding behind a space', ['Transfer-Encoding : chunked'], chunked('x')),
  framed('a length with a sign', ['Content-Length: +1'], 'x'),
  framed('a length below zero', ['Content-Length: -1'], 'x'),
  framed('a GET whose body is a request', ['Transfer-Encoding: chunked'], chunked(SMUGGLED), 'GET'),
  framed('a GET with a length whose body is a request', [`Content-Length: ${SMUGGLED.length}`], SMUGGLED, 'GET'),
  framed('a HEAD whose body is a request', ['Transfer-Encoding: chunked'], chunked(SMUGGLED), 'HEAD'),
  ...['DELETE', 'OPTIONS', 'POST'].map((method): HostileRequest => ({
    ...framed(`a ${method} whose body is a request`, ['Transfer-Encoding: chunked'], chunked(SMUGGLED), method),
    isHarmless: true,
  })),
  {
    ...framed('a claimed coding', ['Transfer-Encoding: chunked', 'Connection: transfer-encoding'], chunked(SMUGGLED)),
    isHarmless: true,
  },
  { ...framed('a broken chunk', ['Transfer-Encoding: chunked'], `zz\n${SMUGGLED}`), isHarmless: true },
]

const SITES: readonly HostileRequest[] = [
  change('a form on another site', 'Sec-Fetch-Site: cross-site', 'Content-Length: 0'),
  change('a page on a sibling origin', 'Sec-Fetch-Site: same-site', 'Content-Length: 0'),
  change('nobody knows who', 'Sec-Fetch-Site: none', 'Content-Length: 0'),
  change('two answers to who', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site', 'Content-Length: 0'),
  change('another origin, from an older browser', 'Origin: http://ELSEWHERE', 'Content-Length: 0'),
  change('an origin that is hidden', 'Origin: null', 'Content-Length: 0'),
  change('an origin that starts alike', 'Origin: http://127.0.0.1.example.com', 'Content-Length: 0'),
]

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [...PATHS, ...HEADERS, ...METHODS, ...FRAMES, ...SITES]

/** Expects that a backend at `/v1` has seen a plain request for something that is allowed, whatever was sent. */
export function expectPlain({ url, headers }: SeenRequest, { host, token }: { host: string; token: string }): void {
  expect(url).toMatch(/^\/v1\/files(\/(?!\.+(\/|\?|$))[^/?#;\\]+)+(\?|$)/)
  expect(headers).toMatchObject({ host, authorization: `Bearer ${token}` })
  expect(Object.keys(headers).filter((name) => /cookie|expect|^te$|trailer|upgrade/.test(name))).toEqual([])
  expect(JSON.stringify(headers)).not.toContain('forged')
}

/** The bytes of a hostile request, with the session's cookie: it comes from the user's own browser. */
export function hostileText(
  { line, headers = [], body = '' }: HostileRequest,
  { host, cookie, elsewhere }: { host: string; cookie: string; elsewhere: string },
): string {
  const states = (name: string) => headers.some((header) => header.toLowerCase().startsWith(name))
  const head = [
    `${/^[A-Za-z]+ /.test(line) ? '' : 'GET '}${line} HTTP/1.1`,
    ...(states('host:') ? [] : [`Host: ${host}`]),
    ...(states('connection:') ? [] : ['Connection: close']),
    `Cookie: ${cookie}; theirs=forged`,
    ...headers,
  ]
  return `${head.join('\n')}\n\n${body}`.replaceAll('ELSEWHERE', elsewhere)
}
