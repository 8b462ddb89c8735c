import { takeClock, type Clock } from '../../../support/clock'
import { startProxiedApp, type ProxiedApp } from '../../../support/proxied-app'
import { echo } from '../../../support/recording-backend'

let clock: Clock
let app: ProxiedApp

/** The backend rejects the token that the user has now, though it has not expired. */
async function rejectCurrent() {
  const { accessToken } = await app.browser.session()
  app.backend.answer = (req, res) =>
    app.backend.seen.at(-1)?.token === accessToken || req.headers.authorization === `Bearer ${String(accessToken)}`
      ? res.writeHead(401, { 'www-authenticate': 'Basic realm="backend"' }).end('no')
      : echo(req, res)
}
const send = (method: string, body?: string, headers = {}) =>
  app.browser.request('/api/proxy/things', { method, headers, ...(body !== undefined && { json: body }) })

beforeEach(async () => {
  clock = takeClock()
  app = await startProxiedApp()
  // A token is not renewed twice within 5 s.
  clock.pass(6)
})
afterEach(async () => {
  clock.restore()
  await app.close()
})

it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('renews a token that is rejected, and sends a %s once more', async (method) => {
  await rejectCurrent()
  expect((await send(method)).status).toBe(200)
  expect(app.backend.seen).toHaveLength(2)
  expect(app.backend.seen[1]?.token).toBe((await app.browser.session())['accessToken'])
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('sends the body of a %s once more, whole', async (method) => {
  await rejectCurrent()
  const answer = await send(method, 'x'.repeat(60_000))
  expect(answer).toMatchObject({ status: 200, json: { method, size: 60_002 } })
  expect(app.backend.seen).toHaveLength(2)
})

it('renews once for many requests that are rejected at once', async () => {
  await rejectCurrent()
  const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', 'x')))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('does not hold a long body: the 401 stands, and the next request has the new token', async () => {
  await rejectCurrent()
  expect((await send('POST', 'x'.repeat(70_000))).status).toBe(401)
  expect(app.backend.seen).toHaveLength(1)
  expect((await send('POST', 'x'.repeat(70_000))).status).toBe(200)
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('lets a 401 stand that a new token does not change, after one renewal and one more try', async () => {
  app.backend.answer = (_, res) => res.writeHead(401, { 'www-authenticate': 'Basic realm="backend"' }).end('no')
  const answer = await send('GET')
  expect([answer.status, answer.text]).toEqual([401, 'no'])
  // No browser shall ask for a password in the backend's name.
  expect(answer.headers.has('www-authenticate')).toBe(false)
  expect(app.backend.seen).toHaveLength(2)
  await send('GET')
  expect(app.backend.seen).toHaveLength(3)
  expect(app.server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  expect((await app.browser.session())['error']).toBeUndefined()
})

it('lets a 401 stand while the token backend is away, and signs nobody out', async () => {
  await rejectCurrent()
  app.server.backend.inject({ kind: 'unavailable', times: Infinity })
  expect((await send('GET')).status).toBe(401)
  expect(app.backend.seen).toHaveLength(1)
  expect((await app.browser.session())['error']).toBeUndefined()
})

it('tells the user that they are signed out where the renewal is refused, and clears the cookies', async () => {
  await rejectCurrent()
  app.server.backend.revoke()
  const answer = await send('GET')
  expect(answer).toMatchObject({ status: 401, json: { title: 'Signed out' } })
  expect([...app.browser.cookies.keys()].filter((name) => name.includes('session-token'))).toEqual([])
})

it('does not read the rest of an answer that it drops', async () => {
  const { accessToken } = await app.browser.session()
  app.backend.answer = (req, res) => {
    if (req.headers.authorization !== `Bearer ${String(accessToken)}`) return res.end('renewed')
    // Never ends.
    return res.writeHead(401).write('no')
  }
  expect(await send('GET')).toMatchObject({ status: 200, text: 'renewed' })
})

it('sends a request again where a kept connection was just closed, if that changes nothing', async () => {
  await send('GET')
  let cuts = 0
  app.backend.answer = (req, res) => (cuts++ === 0 ? req.socket.destroy() : res.end('again'))
  expect(await send('GET')).toMatchObject({ status: 200, text: 'again' })
  expect(await send('GET')).toMatchObject({ status: 200 })
  cuts = 0
  expect((await send('POST', 'x')).status).toBe(502)
  expect(cuts).toBe(1)
})
