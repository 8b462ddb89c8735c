import { setTimeout as delay } from 'node:timers/promises'
import { authPairs, expectNoComplaint } from '../../support/auth-pair'
import type { AuthProcess } from '../../support/auth-processes'
import type { HttpBrowser } from '../../support/http-browser'
import { until } from '../../support/redis-coordinators'

jest.setTimeout(60_000)

const pairs = authPairs()

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

/** Redis is killed, and started anew, while users browse: the slowest of their requests, and cookies from meanwhile. */
async function breakRedis(processes: readonly AuthProcess[], users: readonly (readonly HttpBrowser[])[]) {
  let isOver = false
  const browsing = Promise.all(users.map((tabs) => browse(tabs, () => isOver)))
  const story = async () => {
    await delay(1_500)
    await pairs.redis.stop()
    await delay(2_000)
    const during = users.map(([browser]) => new Map(browser?.cookies))
    await pairs.redis.start()
    for (const { events } of processes) {
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
  const { backend, one, other } = await pairs.start({ accessTokenLifetime: 4 })
  const users = Array.from({ length: 12 }, (_, index) => [(index % 2 ? one : other).browser()])
  await Promise.all(users.map(async ([browser]) => browser?.signIn()))

  const { slowest, during } = await breakRedis([one, other], users)

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
  const { backend, one, other } = await pairs.start({ accessTokenLifetime: 4, grace: 10 })
  const users = Array.from({ length: 6 }, () => [one.browser(), other.browser()])
  await Promise.all(users.map(async ([browser]) => browser?.signIn()))

  const { slowest } = await breakRedis([one, other], users)

  expect(slowest).toBeLessThan(2_000)
  // That is what the outage costs: each asks for itself.
  expect(backend.counters.repeated).toBeGreaterThan(0)
  expect(backend.counters).toMatchObject({ reuses: 0, refused: 0 })
  expect([one, other].map(coordinatorEvents)).toEqual(Array(2).fill(['coordinator-degraded', 'coordinator-restored']))
  expectNoComplaint(one, other)
})
