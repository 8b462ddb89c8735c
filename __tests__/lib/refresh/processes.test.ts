import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend, type TokenBackend, type TokenBackendOptions } from '../../../lib/testing'
import { buildAuthProcesses, type AuthProcess, type AuthProcesses } from '../../support/auth-processes'
import type { HttpBrowser } from '../../support/http-browser'
import { listen, type Listening } from '../../support/listen'
import { until } from '../../support/redis-coordinators'
import { startRedis, type RedisServer } from '../../support/redis-server'

jest.setTimeout(60_000)

/** Seconds. A token is due after a tenth of its life, which the backend cuts to a whole second. */
const LIFETIME = 10
const UNTIL_DUE_MS = 1_100

let processes: AuthProcesses
let redis: RedisServer
let backend: TokenBackend
let backendServer: Listening
let one: AuthProcess
let other: AuthProcess

beforeAll(async () => {
  processes = await buildAuthProcesses()
  redis = await startRedis()
})
afterAll(async () => {
  await processes.close()
  await redis.close()
})
afterEach(async () => {
  await Promise.all([one.kill(), other.kill()])
  await backendServer.close()
})

/** Two processes, one with each client, in front of a strict backend in this one. */
async function start(options: TokenBackendOptions = {}): Promise<void> {
  const { accessTokenLifetime = LIFETIME } = options
  backend = createTokenBackend({ ...options, accessTokenLifetime })
  backendServer = await listen(backend.listener)
  const settings = { backendURL: backendServer.origin, redisURL: redis.url, window: accessTokenLifetime * 0.9 }
  ;[one, other] = await Promise.all([
    processes.start({ ...settings, clientKind: 'ioredis' }),
    processes.start({ ...settings, clientKind: 'redis' }),
  ])
}

function expectNoComplaint(...running: AuthProcess[]): void {
  for (const each of running) {
    expect(each.hasEnded()).toBe(false)
    expect(each.errors()).toBe('')
  }
}

it('refresh once for 40 concurrent requests split over both, and the old cookie is good at either', async () => {
  await start()
  const browser = one.browser()
  await browser.signIn()
  const before = await browser.session()
  const old = new Map(browser.cookies)
  await delay(UNTIL_DUE_MS)

  const startedAt = performance.now()
  const sessions = await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 ? one : other).browser().session({ cookies: old })),
  )
  const took = performance.now() - startedAt

  expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
  expect(new Set(sessions.map((session) => session['accessToken'])).size).toBe(1)
  expect(sessions[0]?.['accessToken']).not.toBe(before['accessToken'])
  expect(took).toBeLessThan(2_000)

  for (const late of [one, other]) {
    const session = await late.browser().session({ cookies: old })
    expect(session['accessToken']).toBe(sessions[0]?.['accessToken'])
  }
  expect(backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  expectNoComplaint(one, other)
})

it('share a sign-out: no cookie of the session is good at the other one', async () => {
  await start()
  const browser = one.browser()
  await browser.signIn()
  const old = new Map(browser.cookies)
  await browser.signOut()
  const session = await other.browser().session({ cookies: old })
  expect(session).not.toHaveProperty('accessToken')
  expect(backend.counters.refreshes).toBe(0)
})

it('go on when the one that refreshes is killed in the middle of it', async () => {
  await start({ accessTokenLifetime: 20, grace: 10 })
  const browser = one.browser()
  await browser.signIn()
  const before = await browser.session()
  const old = new Map(browser.cookies)
  await delay(2 * UNTIL_DUE_MS)
  backend.inject({ kind: 'slow', delay: 9 })

  const lost = browser.session().catch(() => undefined)
  await until(() => backend.counters.refreshes === 1)
  await one.kill()
  await lost
  const survivors = other.browser()
  const during = await Promise.all(Array.from({ length: 10 }, () => survivors.session({ cookies: old })))
  for (const session of during) {
    expect(session['error']).toBeUndefined()
    expect(session['user']).toBeDefined()
  }
  await until(() => backend.counters.refreshes === 2)
  const after = await survivors.session({ cookies: old })

  expect(after['accessToken']).not.toBe(before['accessToken'])
  expect(after['tokenRefresh']).toMatchObject({ generation: 1 })
  expect(backend.counters).toMatchObject({ refreshes: 2, repeated: 1, reuses: 0 })
  expectNoComplaint(other)
})

/** One request to each process at a time, as one user's tabs would; any failure is thrown. */
async function browse(tabs: readonly HttpBrowser[], isOver: () => boolean): Promise<number> {
  let slowest = 0
  let cookies = tabs[0]?.cookies ?? new Map<string, string>()
  while (!isOver()) {
    const startedAt = performance.now()
    const sessions = await Promise.all(tabs.map((tab) => tab.session({ cookies })))
    slowest = Math.max(slowest, performance.now() - startedAt)
    const lost = sessions.find((session) => !session['accessToken'] || session['error'])
    if (lost) throw new Error(`the session was lost: ${JSON.stringify(lost)}`)
    cookies = tabs.at(-1)?.cookies ?? cookies
    await delay(40)
  }
  return slowest
}

/** Redis is killed, and started anew, while users browse. */
async function breakRedis(users: readonly (readonly HttpBrowser[])[]): Promise<{ slowest: number; during: Map<string, string>[] }> {
  let isOver = false
  const browsing = Promise.all(users.map((tabs) => browse(tabs, () => isOver)))
  const story = async () => {
    await delay(1_500)
    await redis.stop()
    await delay(2_000)
    const during = users.map(([browser]) => new Map(browser?.cookies))
    await redis.start()
    for (const { events } of [one, other]) {
      await until(() => events.some(({ type }) => type === 'coordinator-restored'))
    }
    isOver = true
    return during
  }
  try {
    const [slowests, during] = await Promise.all([browsing, story()])
    return { slowest: Math.max(...slowests), during }
  } finally {
    isOver = true
  }
}

const coordinatorEvents = ({ events }: AuthProcess) =>
  events.map(({ type }) => type).filter((type) => type.startsWith('coordinator'))

it('lose no request and no session while Redis is stopped and started, each user staying with a process', async () => {
  await start({ accessTokenLifetime: 4 })
  const users = Array.from({ length: 12 }, (_, index) => [(index % 2 ? one : other).browser()])
  await Promise.all(users.map(async ([browser]) => browser?.signIn()))

  const { slowest, during } = await breakRedis(users)

  expect(slowest).toBeLessThan(2_000)
  expect(backend.counters.renewed).toBeGreaterThan(users.length * 3)
  expect(backend.counters).toMatchObject({ reuses: 0, refused: 0 })
  expect([one, other].map(coordinatorEvents)).toEqual(Array(2).fill(['coordinator-degraded', 'coordinator-restored']))
  // What one found out meanwhile, the other one has heard of since: cookies from then are good anywhere.
  for (const [index, cookies] of during.entries()) {
    const session = await (index % 2 ? other : one).browser().session({ cookies })
    expect(session['error']).toBeUndefined()
    expect(session['accessToken']).toBeDefined()
  }
  expect(backend.counters).toMatchObject({ reuses: 0, refused: 0 })
  expectNoComplaint(one, other)
})

it('lose no session either where a user’s tabs are with both, if the backend has a grace', async () => {
  await start({ accessTokenLifetime: 4, grace: 10 })
  const users = Array.from({ length: 6 }, () => [one.browser(), other.browser()])
  await Promise.all(users.map(async ([browser]) => browser?.signIn()))

  const { slowest } = await breakRedis(users)

  expect(slowest).toBeLessThan(2_000)
  // That is what the outage costs: each asks for itself.
  expect(backend.counters.repeated).toBeGreaterThan(0)
  expect(backend.counters).toMatchObject({ reuses: 0, refused: 0 })
  expect([one, other].map(coordinatorEvents)).toEqual(Array(2).fill(['coordinator-degraded', 'coordinator-restored']))
  expectNoComplaint(one, other)
})
