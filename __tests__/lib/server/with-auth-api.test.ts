import { withAuthApi, type WithAuthApiOptions } from '../../../lib/server'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import type { HttpBrowser } from '../../support/http-browser'

let server: AuthServer
let browser: HttpBrowser
let called: number

beforeEach(async () => {
  server = await startAuthServer()
  browser = server.browser()
  called = 0
})
afterEach(() => server.close())

function serve(options?: WithAuthApiOptions): void {
  const handler = withAuthApi(
    server.authOptions,
    (_req, res, { accessToken, session }) => {
      called += 1
      res.status(200).json({ email: session.user?.email, hasToken: accessToken.length > 0 })
    },
    options,
  )
  server.routes['/api/data'] = async (req, res) => handler(req, res)
}

it('hands the route the fresh token and the session', async () => {
  serve()
  await browser.signIn()
  expect(await browser.request('/api/data')).toMatchObject({
    status: 200,
    json: { email: 'ada@example.com', hasToken: true },
  })
})

it('answers the signed-out with 401 and problem details, and no redirect', async () => {
  serve()
  const { status, headers, json } = await browser.request('/api/data', { method: 'POST', json: {} })
  expect(status).toBe(401)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('location')).toBeNull()
  expect(json).toEqual({ status: 401, title: expect.any(String), detail: expect.any(String) })
  expect(called).toBe(0)
})

it('answers those without one of the roles with 403 and problem details', async () => {
  serve({ roles: ['auditor', 'admin'] })
  await browser.signIn({ email: 'grace@example.com', password: 'battery-staple' })
  const { status, headers, json } = await browser.request('/api/data')
  expect(status).toBe(403)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(json).toEqual({ status: 403, title: expect.any(String), detail: expect.any(String) })
  expect(called).toBe(0)
})

it('lets those through who have one of the roles', async () => {
  serve({ roles: ['auditor', 'admin'] })
  await browser.signIn()
  expect((await browser.request('/api/data')).status).toBe(200)
})

it('lets nobody through where the list of roles is empty', async () => {
  serve({ roles: [] })
  await browser.signIn()
  expect((await browser.request('/api/data')).status).toBe(403)
})

it("leaves the route's own failure to Next", async () => {
  const handler = withAuthApi(server.authOptions, () => Promise.reject(new Error('boom')))
  server.routes['/api/data'] = async (req, res) => handler(req, res)
  await browser.signIn()
  expect(await browser.request('/api/data')).toMatchObject({ status: 500, text: expect.stringContaining('boom') })
})

it('takes no options but those of withTokenRefresh', () => {
  expect(() => withAuthApi({ providers: [] }, () => {})).toThrow(/withAuthApi.*withTokenRefresh/)
})

it.each([
  [{ role: ['admin'] }, /withAuthApi: unknown option `role`/],
  [{ roles: 'admin' }, /withAuthApi: `roles`.*"admin"/],
  [{ roles: [undefined] }, /withAuthApi: `roles`/],
])('refuses %j, which would guard nothing', (options, message) => {
  expect(() => withAuthApi(server.authOptions, () => {}, options as never)).toThrow(message)
})
