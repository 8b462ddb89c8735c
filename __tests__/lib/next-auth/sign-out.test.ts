import type { RefreshEvent } from '../../../lib'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

let server: AuthServer
let clock: Clock
let browser: HttpBrowser
let events: RefreshEvent[]

beforeEach(async () => {
  clock = takeClock()
  events = []
  server = await startAuthServer({ refresh: { onEvent: (event) => events.push(event) } })
  browser = server.browser()
  await browser.signIn()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

it('revokes the newest token of the chain, also from an old cookie', async () => {
  const old = new Map(browser.cookies)
  clock.pass(40)
  await browser.session({ losesCookies: true })
  await browser.signOut()
  expect(server.backend.counters.logouts).toBe(1)
  expect(events.map(({ type }) => type)).toContain('signed-out')
  // Nothing is left to refresh with, and nobody tries.
  clock.pass(40)
  const zombie = await browser.session({ cookies: old })
  expect(zombie).toMatchObject({ error: 'RefreshAccessTokenError' })
  expect(server.backend.counters.refreshes).toBe(1)
})

it('is not undone by a session response that was under way', async () => {
  clock.pass(40)
  server.backend.inject({ kind: 'slow', delay: 1 })
  const underWay = browser.session()
  await new Promise((resolve) => setTimeout(resolve, 300))
  await browser.signOut()
  await underWay
  expect([...browser.cookies.keys()].filter((name) => name.includes('session-token'))).toEqual([])
  expect(await browser.session()).toEqual({})
})

it('revokes the tokens of a renewal that was under way', async () => {
  clock.pass(40)
  server.backend.inject({ kind: 'slow', delay: 1 })
  const underWay = browser.session({ losesCookies: true })
  await new Promise((resolve) => setTimeout(resolve, 300))
  await browser.signOut()
  await underWay
  expect(server.backend.counters).toMatchObject({ renewed: 1, logouts: 1 })
})

it('succeeds when the backend is away, and says so in an event', async () => {
  server.backend.inject({ kind: 'reset', path: 'logout', times: Infinity })
  const { status } = await browser.signOut()
  expect(status).toBe(200)
  expect(await browser.session()).toEqual({})
  expect(events.map(({ type }) => type)).toContain('revocation-failed')
})

it('waits 3 s at most for a backend that hangs', async () => {
  server.backend.inject({ kind: 'hang', path: 'logout', times: Infinity })
  const startedAt = performance.now()
  await browser.signOut()
  expect(performance.now() - startedAt).toBeLessThan(4_000)
  expect(await browser.session()).toEqual({})
}, 15_000)
