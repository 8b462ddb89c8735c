import { setTimeout as delay } from 'node:timers/promises'
import { startDemos } from '../support/demo-app'
import { createHttpBrowser, type HttpBrowser } from '../support/http-browser'
import { startRedis, type RedisServer } from '../support/redis-server'

/** Seconds: half of it is the window. */
const LIFETIME = 8
const UNTIL_DUE = 4_500

let redis: RedisServer
let demos: Awaited<ReturnType<typeof startDemos>>

async function start(count: number, grace = 0): Promise<HttpBrowser[]> {
  redis = await startRedis()
  demos = await startDemos(count, { accessTokenLifetime: LIFETIME, grace }, { REDIS_URL: redis.url })
  return demos.apps.map(({ origin }) => createHttpBrowser(origin))
}
afterEach(async () => {
  await demos.stop()
  await redis.close()
})

/** One session, whichever process is asked: its cookies are those of the first browser. */
const through = (browser: HttpBrowser, { cookies }: HttpBrowser, losesCookies = true) =>
  browser.session({ cookies, losesCookies })

const renewalsOf = (session: Record<string, unknown>) => (session['tokenRefresh'] as { generation: number }).generation

it('refreshes once for 40 concurrent requests split over two built apps, and the old cookie is good at either', async () => {
  const [one, other] = (await start(2)) as [HttpBrowser, HttpBrowser]
  await one.signIn()
  await delay(UNTIL_DUE)
  // Long enough for all of them to come while the first is still waiting for its answer.
  demos.backend.inject({ kind: 'slow', delay: 1 })
  const sessions = await Promise.all(
    Array.from({ length: 40 }, (_, index) => through(index % 2 ? other : one, one)),
  )
  expect(demos.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
  expect(new Set(sessions.map((session) => session['accessToken'])).size).toBe(1)
  // The jar still holds the cookie from before.
  for (const browser of [one, other]) expect(renewalsOf(await through(browser, one))).toBe(1)
  expect(demos.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
}, 60_000)

it('goes on in two others when the app that refreshes is killed in the middle of it', async () => {
  const [one, second, third] = (await start(3, 10)) as [HttpBrowser, HttpBrowser, HttpBrowser]
  await one.signIn()
  await delay(UNTIL_DUE)
  demos.backend.inject({ kind: 'slow', delay: 5 })
  const cut = through(one, one).catch(() => undefined)
  await delay(500)
  const waiting = [second, third].map((browser) => through(browser, one))
  await delay(200)
  await demos.apps[0]?.stop('SIGKILL')
  await cut
  for (const session of await Promise.all(waiting)) expect(session['error']).toBeUndefined()

  const deadline = Date.now() + 20_000
  for (;;) {
    const session = await through(second, one)
    expect(session['error']).toBeUndefined()
    if (renewalsOf(session) === 1) break
    if (Date.now() > deadline) throw new Error('nobody went on within 20 s')
    await delay(250)
  }
  expect(renewalsOf(await through(third, one))).toBe(1)
  expect(demos.backend.counters.reuses).toBe(0)
}, 90_000)

it('fails no request while Redis is stopped and started under load', async () => {
  const [one, other] = (await start(2)) as [HttpBrowser, HttpBrowser]
  await Promise.all([one.signIn(), other.signIn({ email: 'grace@example.com', password: 'battery-staple' })])
  let isOver = false
  const load = [one, other].map(async (browser) => {
    let requests = 0
    for (; !isOver; requests += 1) {
      const session = await browser.session()
      expect(session['error']).toBeUndefined()
      expect(session['user']).toBeDefined()
      await delay(50)
    }
    return requests
  })
  await delay(3_000)
  await redis.stop()
  await delay(LIFETIME * 1000)
  await redis.start()
  await delay(LIFETIME * 1000)
  isOver = true
  for (const requests of await Promise.all(load)) expect(requests).toBeGreaterThan(50)
  expect(demos.backend.counters.renewed).toBeGreaterThanOrEqual(6)
  expect(demos.backend.counters.reuses).toBe(0)
}, 90_000)
