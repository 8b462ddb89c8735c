import { takeClock, type Clock } from '../../../support/clock'
import { startProxiedApp, type ProxiedApp, type ProxiedAppOptions } from '../../../support/proxied-app'

let clock: Clock
let app: ProxiedApp

async function start(options?: ProxiedAppOptions) {
  app = await startProxiedApp(options)
}
const ask = (path = '/api/proxy/things') => app.browser.request(path)
const tokens = () => app.backend.seen.map(({ token }) => token)
const sessionCookies = () => [...app.browser.cookies.keys()].filter((name) => name.includes('session-token'))

beforeEach(() => {
  clock = takeClock()
})
afterEach(async () => {
  clock.restore()
  await app.close()
})

it('passes a request on with the access token of the user who asks, and of nobody else', async () => {
  await start()
  const grace = app.server.browser()
  await grace.signIn({ email: 'grace@example.com', password: 'battery-staple' })
  const [ada, other] = await Promise.all([ask('/api/proxy/a'), grace.request('/api/proxy/b')])
  expect([ada.status, other.status]).toEqual([200, 200])
  const sentFor = (url: string) => app.backend.seen.find((request) => request.url === url)?.token
  expect(sentFor('/a')).toBe((await app.browser.session())['accessToken'])
  expect(sentFor('/b')).toBe((await grace.session())['accessToken'])
})

it('works where the browser does not see the token', async () => {
  await start({ refresh: { exposeAccessToken: false } })
  expect((await ask()).status).toBe(200)
  expect(tokens()).toEqual([expect.any(String)])
})

it('renews a due token once for all who ask at that time, and sends each on with the new one', async () => {
  await start()
  await ask()
  clock.pass(40)
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask()))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(new Set(tokens()).size).toBe(2)
  expect(tokens().slice(1).every((token) => token === tokens().at(-1))).toBe(true)
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('renews an expired token first, and the browser keeps the new session', async () => {
  await start()
  clock.pass(3_600)
  expect((await ask()).status).toBe(200)
  expect(tokens()).toEqual([(await app.browser.session())['accessToken']])
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('tells the signed-out so, without a word to the backend', async () => {
  await start()
  await app.browser.signOut()
  const answer = await ask()
  expect(answer.status).toBe(401)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.json).toEqual({ status: 401, title: 'Signed out', detail: expect.any(String) })
  expect(app.backend.seen).toEqual([])
})

it('tells those whose session is over the same, and clears their cookies', async () => {
  await start()
  app.server.backend.revoke()
  clock.pass(40)
  expect((await ask()).status).toBe(401)
  expect(sessionCookies()).toEqual([])
  expect(app.backend.seen).toEqual([])
})

it('goes on with the valid token while the token backend is away', async () => {
  await start()
  app.server.backend.inject({ kind: 'unavailable', times: Infinity })
  clock.pass(40)
  expect((await ask()).status).toBe(200)
  expect(app.backend.seen).toHaveLength(1)
})

it('answers 503 once the token has expired and can’t be renewed, sends no dead token, and recovers', async () => {
  await start({ refresh: { retries: 0 } })
  const heal = app.server.backend.inject({ kind: 'unavailable', times: Infinity })
  clock.pass(3_600)
  const answer = await ask()
  expect(answer.status).toBe(503)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(app.backend.seen).toEqual([])
  expect(sessionCookies()).not.toEqual([])
  heal()
  clock.pass(3_600)
  expect((await ask()).status).toBe(200)
})

it('answers 502 while the backend is away, signs nobody out, and recovers', async () => {
  await start()
  app.backend.answer = (req) => req.socket.destroy()
  const answer = await ask()
  expect(answer.status).toBe(502)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.text).not.toContain(app.backend.host)
  app.backend.answer = (_, res) => res.end('well')
  expect((await ask()).text).toBe('well')
  expect((await app.browser.session())['error']).toBeUndefined()
})

it('answers 502 where no backend listens', async () => {
  await start({ proxy: { target: 'http://127.0.0.1:1' } })
  expect((await ask()).status).toBe(502)
})

it('passes on what the backend says is wrong with it, and signs nobody out', async () => {
  await start()
  for (const status of [400, 403, 404, 429, 500, 503]) {
    app.backend.answer = (_, res) => res.writeHead(status, { 'retry-after': '7' }).end('sorry')
    const answer = await ask()
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([status, 'sorry', '7'])
  }
  expect((await app.browser.session())['error']).toBeUndefined()
  expect(app.server.backend.counters.refreshes).toBe(0)
})

it('sends the token in a cookie where the backend wants it there, and no other cookie', async () => {
  await start({ proxy: { transport: 'cookie', cookieName: 'jwt' } })
  app.browser.cookies.set('theirs', '1')
  await ask()
  const { accessToken } = (await app.browser.session()) as { accessToken: string }
  expect(app.backend.seen[0]?.headers).toMatchObject({ cookie: `jwt=${accessToken}` })
  expect(app.backend.seen[0]?.headers).not.toHaveProperty('authorization')
})
