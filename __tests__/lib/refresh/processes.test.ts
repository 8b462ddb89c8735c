import { setTimeout as delay } from 'node:timers/promises'
import { authPairs, expectNoComplaint } from '../../support/auth-pair'
import { until } from '../../support/redis-coordinators'

jest.setTimeout(60_000)

const pairs = authPairs()

it('refresh once for 40 concurrent requests split over both, and the old cookie is good at either', async () => {
  const { backend, one, other } = await pairs.start({ accessTokenLifetime: 10 })
  const browser = one.browser()
  await browser.signIn()
  const before = await browser.session()
  const old = new Map(browser.cookies)
  await delay(1_100)
  // So that all 40 are there before the answer is.
  backend.inject({ kind: 'slow', delay: 0.5 })

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
  const { backend, one, other } = await pairs.start({ accessTokenLifetime: 10 })
  const browser = one.browser()
  await browser.signIn()
  const old = new Map(browser.cookies)
  await browser.signOut()
  const session = await other.browser().session({ cookies: old })
  expect(session).not.toHaveProperty('accessToken')
  expect(backend.counters.refreshes).toBe(0)
})

it('go on when the one that refreshes is killed in the middle of it', async () => {
  const { backend, one, other } = await pairs.start({ accessTokenLifetime: 20, grace: 10 })
  const browser = one.browser()
  await browser.signIn()
  const before = await browser.session()
  const old = new Map(browser.cookies)
  await delay(2_200)
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
