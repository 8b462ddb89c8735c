import { createBackendProxy, type BackendProxyOptions } from '../../../../lib/server'
import { restBackend, withTokenRefresh } from '../../../../lib'
import { startProxiedApp } from '../../../support/proxied-app'

const authOptions = withTokenRefresh({ providers: [] }, { refresh: restBackend({ baseURL: 'http://backend' }).refresh })
const fine: BackendProxyOptions = { target: 'https://backend/v1', authOptions, allow: ['/**'] }

it.each<[string, object]>([
  ['`target`', { target: undefined }],
  ['`target`', { target: '/api' }],
  ['`target`', { target: 'ftp://backend' }],
  ['`target`', { target: 'https://user:word@backend' }],
  ['`target`', { target: 'https://backend?key=1' }],
  ['`authOptions`', { authOptions: { providers: [] } }],
  ['`allow`', { allow: undefined }],
  ['`allow`', { allow: [] }],
  ['`allow`', { allow: '/**' }],
  ['users', { allow: ['users'] }],
  ['get /users', { allow: ['get /users'] }],
  ['GET, POST /users', { allow: ['GET, POST /users'] }],
  ['/a/../b', { allow: ['/a/../b'] }],
  ['/a//b', { allow: ['/a//b'] }],
  ['/a%2fb', { allow: ['/a%2fb'] }],
  ['/a?b', { allow: ['/a?b'] }],
  ['/a/**/b', { allow: ['/a/**/b'] }],
  ['/a*', { allow: ['/a*'] }],
  ['TRACE', { allow: ['TRACE /a'] }],
  ['`timeout`', { timeout: 0 }],
  ['`timeout`', { timeout: Infinity }],
  ['`replayLimit`', { replayLimit: -1 }],
  ['`transport`', { transport: 'query' }],
  ['`cookieName`', { transport: 'cookie', cookieName: 'access token' }],
  ['authorization', { headers: { Authorization: 'x' } }],
  ['transfer-encoding', { headers: { 'Transfer-Encoding': 'x' } }],
  ['`allowed`', { allowed: ['/**'] }],
])('quotes what can’t be: %s', (quoted, wrong) => {
  const create = () => createBackendProxy({ ...fine, ...wrong })
  expect(create).toThrow(TypeError)
  expect(create).toThrow(quoted)
})

it('tells no password of a wrong target', () => {
  expect(() => createBackendProxy({ ...fine, target: 'https://user:word@backend' })).not.toThrow('word@')
})

it.each([
  [['/users/me'], 'GET', '/users/me', 200],
  [['/users/me'], 'DELETE', '/users/me', 200],
  [['/users/me'], 'GET', '/users', 404],
  [['/users/me'], 'GET', '/users/me/x', 404],
  [['/users/me'], 'GET', '/users/me/', 200],
  [['/users/*'], 'GET', '/users/7', 200],
  [['/users/*'], 'GET', '/users', 404],
  [['/users/*/posts'], 'GET', '/users/7/posts', 200],
  [['/users/*'], 'GET', '/users/7/posts', 404],
  [['/users/**'], 'GET', '/users', 200],
  [['/users/**'], 'GET', '/users/7/posts', 200],
  [['/users/**'], 'GET', '/user', 404],
  [['/**'], 'PATCH', '/anything/at/all', 200],
  [['GET /users/me'], 'GET', '/users/me', 200],
  [['GET /users/me'], 'HEAD', '/users/me', 200],
  [['GET /users/me'], 'PUT', '/users/me', 405],
  [['GET,PUT /users/me'], 'PUT', '/users/me', 200],
  [['GET /users/me', 'DELETE /users/**'], 'DELETE', '/users/me', 200],
  [['/café/*'], 'GET', '/caf%C3%A9/x', 200],
] as const)('allows by %j: %s %s is %i', async (allow, method, path, status) => {
  const app = await startProxiedApp({ proxy: { allow } })
  const answer = await app.browser.request(`/api/proxy${path}`, { method })
  expect(answer.status).toBe(status)
  expect(app.backend.seen).toHaveLength(status === 200 ? 1 : 0)
  if (status === 405) expect(answer.headers.get('allow')).toBe('GET')
  await app.close()
})

it('says in the route’s answer and in the log what is wrong with the route’s file', async () => {
  const errors: string[] = []
  const logger = { error: (_: string, error: Error) => void errors.push(error.message) }
  const app = await startProxiedApp({ auth: { logger } as object })
  const proxy = createBackendProxy({ ...fine, authOptions: app.server.authOptions })
  // Routes of this server have their body parsed, and no `path`.
  app.server.routes['/api/parsed'] = (req, res) => proxy(req, res)
  app.server.catchAlls['/api/misnamed'] = (req, res) => {
    req.query = { slug: req.query['path'] }
    return proxy(req, res)
  }
  const parsed = await app.browser.request('/api/parsed', { method: 'POST', json: {} })
  expect(parsed).toMatchObject({ status: 500, json: { detail: expect.stringContaining('bodyParser: false') } })
  const misnamed = await app.browser.request('/api/misnamed/x')
  expect(misnamed).toMatchObject({ status: 500, json: { detail: expect.stringContaining('[...path]') } })
  expect(errors.join()).toMatch(/bodyParser: false.*\[\.\.\.path\]/)
  await app.close()
})

it('reaches a backend at an IPv6 address', async () => {
  const { createServer } = await import('node:http')
  const backend = createServer((req, res) => res.end(req.headers.host))
  await new Promise<void>((resolve) => backend.listen(0, '::1', resolve))
  const { port } = backend.address() as { port: number }
  const app = await startProxiedApp({ proxy: { target: `http://[::1]:${port}` } })
  expect((await app.browser.request('/api/proxy/x')).text).toBe(`[::1]:${port}`)
  await app.close()
  backend.closeAllConnections()
  backend.close()
})
