import { expectPlain, HOSTILE_REQUESTS, hostileText, type HostileRequest } from '../../../support/hostile-requests'
import { startProxiedApp, type ProxiedApp } from '../../../support/proxied-app'
import { sendRaw, statusOf } from '../../../support/raw-request'

let app: ProxiedApp
let accessToken: string
beforeAll(async () => {
  app = await startProxiedApp({ base: '/v1', proxy: { allow: ['GET /users/me', '/files/**'] } })
  accessToken = String((await app.browser.session())['accessToken'])
})
beforeEach(() => {
  app.backend.seen.length = 0
})
afterAll(() => app.close())

/** Sent by the user's own browser, as far as cookies tell. */
function send(request: HostileRequest): Promise<string> {
  const cookie = [...app.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { host } = new URL(app.server.origin)
  return sendRaw(app.server.origin, hostileText(request, { host, cookie, elsewhere: app.elsewhere.host }))
}

const refused = HOSTILE_REQUESTS.filter(({ isHarmless }) => !isHarmless)
const harmless = HOSTILE_REQUESTS.filter(({ isHarmless }) => isHarmless)

it('has 30 tricks and more to try', () => {
  expect(new Set(HOSTILE_REQUESTS.map(({ name }) => name)).size).toBe(HOSTILE_REQUESTS.length)
  expect(HOSTILE_REQUESTS.length).toBeGreaterThan(90)
})

it.each(refused)('refuses: $name', async (request) => {
  const answer = await send(request)
  expect(app.backend.seen).toEqual([])
  // CONNECT is cut by Node itself.
  if (answer !== '') expect(statusOf(answer)).toBeGreaterThanOrEqual(400)
  expect(answer).not.toContain(accessToken)
})

it.each(harmless)('makes harmless: $name', async (request) => {
  const answer = await send(request)
  expect(app.backend.seen.length).toBeLessThanOrEqual(1)
  for (const seen of app.backend.seen) expectPlain(seen, { host: app.backend.host, token: accessToken })
  expect(statusOf(answer)).toBeGreaterThanOrEqual(200)
})

it('lets through what the tricks are made of, when it is meant well', async () => {
  const well = [
    ['/files/a%20b/c%25d', '/v1/files/a%20b/c%25d'],
    ['/files/2024:07/x@y,z=1+2', '/v1/files/2024:07/x@y,z=1+2'],
    ['/files/a.b/..c/.d', '/v1/files/a.b/..c/.d'],
    ['/files/%C3%A9/', '/v1/files/%C3%A9/'],
    ['/files/a?b=../c&d=http://e//f%2f', '/v1/files/a?b=../c&d=http://e//f%2f'],
    ['/users/me?', '/v1/users/me?'],
  ] as const
  for (const [asked, seen] of well) {
    await send({ name: asked, line: `/api/proxy${asked}`, isHarmless: true })
    expect(app.backend.seen.at(-1)?.url).toBe(seen)
  }
})

it.each([
  ['a page of its own', ['Sec-Fetch-Site: same-origin']],
  ['an older browser', ['Origin: http://HOST']],
  ['what is no browser', []],
])('takes changes from %s', async (_, headers) => {
  const { host } = new URL(app.server.origin)
  const own = headers.map((header) => header.replace('HOST', host))
  const change = { name: '', line: 'POST /api/proxy/files/a', body: '{}' }
  const answer = await send({ ...change, headers: ['Content-Length: 2', ...own] })
  expect(statusOf(answer)).toBe(200)
  expect(app.backend.seen).toHaveLength(1)
})
