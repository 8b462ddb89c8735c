import { startProxiedApp, type ProxiedApp } from '../../../support/proxied-app'

let app: ProxiedApp
let accessToken: string
beforeAll(async () => {
  app = await startProxiedApp({ base: '/v1', proxy: { headers: { 'X-API-Key': 'ours' } } })
  accessToken = String((await app.browser.session())['accessToken'])
})
afterAll(() => app.close())

const ask = (headers: Record<string, string> = {}, path = '/things/1') =>
  app.browser.request(`/api/proxy${path}`, { headers })
async function answered(headers: Record<string, string | string[]>, status = 200, path = '/things/1') {
  app.backend.answer = (_, res) => res.writeHead(status, headers).end('{}')
  return ask({}, path)
}

it('passes on what the request says of itself, and the backend’s own host', async () => {
  const asking = { accept: 'application/xml', 'accept-language': 'de', range: 'bytes=0-1' }
  const headers = { ...asking, 'if-none-match': '"1"', 'x-tenant': '7' }
  await ask({ ...headers, 'x-api-key': 'theirs' })
  expect(app.backend.seen.at(-1)?.headers).toMatchObject({ ...headers, 'x-api-key': 'ours', host: app.backend.host })
})

it('keeps cookies, origin and the browser’s other words for the app back', async () => {
  const { origin } = app.server
  await ask({ origin, referer: `${origin}/secret`, 'sec-fetch-mode': 'cors', 'sec-ch-ua': 'x' })
  const names = Object.keys(app.backend.seen.at(-1)?.headers ?? {})
  expect(names.filter((name) => /cookie|origin|referer|^sec-/.test(name))).toEqual([])
})

it('passes on what the backend says of its answer', async () => {
  const headers = { etag: '"1"', 'content-language': 'de', 'retry-after': '3', 'x-total': '9' }
  const answer = await answered(headers, 206)
  expect(answer.status).toBe(206)
  expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
})

it('lets no cookie of the backend through, and sends the session’s own', async () => {
  const theirs = ['theirs=1', 'next-auth.session-token=theirs']
  const answer = await answered({ 'set-cookie': theirs, 'set-cookie2': 'theirs=1' })
  expect(answer.headers.getSetCookie().join()).not.toContain('theirs')
  expect(answer.headers.getSetCookie().join()).toContain('next-auth.session-token=')
  expect(answer.headers.has('set-cookie2')).toBe(false)
})

it.each([
  ['connection', { connection: 'close, x-mine', 'x-mine': '1' }],
  ['keep-alive', { 'keep-alive': 'timeout=77' }],
  ['proxy-authenticate', { 'proxy-authenticate': 'Basic' }],
  ['www-authenticate', { 'www-authenticate': 'Basic realm="x"' }],
  ['clear-site-data', { 'clear-site-data': '"cookies"' }],
  ['strict-transport-security', { 'strict-transport-security': 'max-age=0' }],
  ['access-control-allow-origin', { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }],
  ['service-worker-allowed', { 'service-worker-allowed': '/' }],
  ['refresh', { refresh: '0; url=http://elsewhere/' }],
  ['x-accel-redirect', { 'x-accel-redirect': '/internal' }],
  ['x-middleware-rewrite', { 'x-middleware-rewrite': '/internal' }],
  ['cdn-cache-control', { 'cdn-cache-control': 'max-age=9', 'surrogate-control': 'max-age=9' }],
])('keeps the backend’s `%s` back', async (_, headers) => {
  const answer = await answered(headers)
  for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).not.toBe(value)
})

it('keeps headers back that hold the token or name the backend’s address', async () => {
  const answer = await answered({
    'x-echo': `Bearer ${accessToken}`,
    link: `<${app.backend.origin}/v1/things?page=2>; rel="next"`,
    'x-fine': 'yes',
  })
  const names = [...answer.headers.keys()].filter((name) => /^x-|^link/.test(name))
  expect(names).toEqual(['x-content-type-options', 'x-fine'])
})

it.each([
  [undefined, 'private, no-cache'],
  ['public, max-age=60, s-maxage=600', 'private, max-age=60'],
  ['no-store', 'private, no-store'],
  ['private, max-age=5', 'private, max-age=5'],
])('keeps shared caches from sharing: `%s` becomes `%s`', async (stated, sent) => {
  const answer = await answered({ ...(stated && { 'cache-control': stated }), vary: 'Accept' })
  expect(answer.headers.get('cache-control')).toBe(sent)
  expect(answer.headers.get('vary')).toBe('Accept, Cookie')
})

it('lets no document of the backend run scripts as the app', async () => {
  for (const type of ['text/html; charset=utf-8', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'text/xsl']) {
    const theirs = { 'content-type': type, 'content-security-policy': "script-src 'unsafe-inline'" }
    const { headers } = await answered(theirs)
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect((await answered({ 'content-type': 'application/json' })).headers.has('content-security-policy')).toBe(false)
})

const REDIRECTS: [asked: string, location: string, mapped: string][] = [
  ['/things/1', '/v1/things/2', '/api/proxy/things/2'],
  ['/things/1', 'BACKEND/v1/a?b=c#d', '/api/proxy/a?b=c#d'],
  ['/things/1', '2', '/api/proxy/things/2'],
  ['/things/1', '1', '/api/proxy/things/1'],
  ['/things/1', '../users', '/api/proxy/users'],
  ['/things/', '3', '/api/proxy/things/3'],
  ['/a', '/v1/b:c', '/api/proxy/b:c'],
  ['/things/1?x=1', '?x=2', '/api/proxy/things/1?x=2'],
]
it.each(REDIRECTS)('follows no redirect, and maps it: from %s to %s is %s', async (asked, location, mapped) => {
  const answer = await answered({ location: location.replace('BACKEND', app.backend.origin) }, 307, asked)
  expect(answer.status).toBe(307)
  const to = new URL(answer.headers.get('location') ?? '', `${app.server.origin}/api/proxy${asked}`)
  expect(to.href).toBe(`${app.server.origin}${mapped}`)
  expect(answer.headers.get('location')).not.toContain(app.backend.host)
})

it.each([[302, 302], [303, 303], [307, 502]])('leads from a form back to its page, also with TLS: %d is answered %d', async (status, answered) => {
  app.backend.answer = (_, res) => res.writeHead(status, { location: `https://${app.backend.host}/v1/things/1` }).end()
  const answer = await app.browser.request('/api/proxy/things/1', { method: 'POST', json: {} })
  expect(answer.status).toBe(answered)
  if (answered !== 502) expect(answer.headers.get('location')).toBe('../things/1')
})

const OUT = ['https://SELF', 'http://ELSEWHERE/v1/x', '//ELSEWHERE/v1/x', '/admin', 'BACKEND/v10/x', 'javascript:alert(1)', '/v1/x?t=TOKEN']
it.each(OUT)(
  'answers 502 where a redirect leads out of the backend: %s',
  async (location) => {
    const self = `${app.backend.host}/v1/things/1`
    const to = location.replace('ELSEWHERE', app.elsewhere.host).replace('BACKEND', app.backend.origin).replace('SELF', self)
    const answer = await answered({ location: to.replace('TOKEN', accessToken) }, 302)
    expect(answer.status).toBe(502)
    expect(answer.headers.has('location')).toBe(false)
    expect(answer.json).toMatchObject({ status: 502, title: 'The backend leads elsewhere' })
    // An address that is no redirect is left out, and what was created stays created.
    const created = await answered({ location: to.replace('TOKEN', accessToken) }, 201)
    expect([created.status, created.headers.has('location')]).toEqual([201, false])
  },
)
