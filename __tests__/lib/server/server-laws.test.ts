import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { Answer, HttpBrowser, RequestOptions } from '../../support/http-browser'
import { SERVER_HELPERS } from '../../support/server-helpers'

/** Seconds: of the 60 that a token lives, half are its window. */
const [UNTIL_DUE, UNTIL_EXPIRED] = [40, 70]
const CALLERS = 30

let clock: Clock
let server: AuthServer
let browser: HttpBrowser

beforeEach(() => {
  clock = takeClock()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

const hasSession = () => [...browser.cookies.keys()].some((name) => name.includes('session-token'))
const isSignedOut = ({ status }: Answer) => status === 401 || status === 307

describe.each(SERVER_HELPERS)('$name', ({ route, replays }) => {
  const call = (options?: RequestOptions) => browser.request('/api/data', options)
  const callers = () => Promise.all(Array.from({ length: CALLERS }, () => call({ losesCookies: true })))

  beforeEach(async () => {
    server = await startAuthServer({ refresh: { retries: 0 } })
    server.routes['/api/data'] = route(server.backendOrigin)
    browser = server.browser()
    await browser.signIn()
  })

  it('fetches with a token that is fresh, and renews none', async () => {
    expect(await call()).toMatchObject({ status: 200, json: { email: 'ada@example.com' } })
    expect(server.backend.counters).toMatchObject({ profiles: 1, unauthorized: 0, refreshes: 0 })
  })

  it.each([
    ['due', UNTIL_DUE],
    ['expired', UNTIL_EXPIRED],
  ])('renews a token that is %s once for all, and the old cookie stays good', async (_, seconds) => {
    const old = new Map(browser.cookies)
    clock.pass(seconds)
    for (const { status } of await callers()) expect(status).toBe(200)
    expect(await call()).toMatchObject({ status: 200 })
    expect(await call({ cookies: old })).toMatchObject({ status: 200 })
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0, unauthorized: 0 })
  })

  it('treats a session that is over as signed out, clears its cookies and leaves the backend alone', async () => {
    const old = new Map(browser.cookies)
    server.backend.revoke()
    clock.pass(UNTIL_DUE)
    expect((await callers()).every(isSignedOut)).toBe(true)
    expect(isSignedOut(await call())).toBe(true)
    expect(hasSession()).toBe(false)
    expect(isSignedOut(await call({ cookies: old }))).toBe(true)
    expect(server.backend.counters.refreshes).toBe(1)
  })

  it('treats those who never signed in as signed out', async () => {
    const answer = await call({ cookies: new Map() })
    expect(isSignedOut(answer)).toBe(true)
    expect(answer.text).not.toContain('ada@example.com')
  })

  it('goes on with a valid token while the backend refuses to renew it', async () => {
    clock.pass(UNTIL_DUE)
    server.backend.inject({ kind: 'unavailable', times: Infinity })
    for (const { status } of await callers()) expect(status).toBe(200)
    expect(await call()).toMatchObject({ status: 200 })
    expect((await browser.session())['error']).toBeUndefined()
  })

  it('signs nobody out in an outage beyond the expiry, and heals after it', async () => {
    const mend = server.backend.inject({ kind: 'unavailable', times: Infinity })
    clock.pass(UNTIL_EXPIRED)
    for (const { status } of await callers()) expect(status).toBe(502)
    expect(await call()).toMatchObject({ status: 502 })
    expect(hasSession()).toBe(true)
    mend()
    clock.pass(UNTIL_DUE)
    expect(await call()).toMatchObject({ status: 200 })
    expect(server.backend.counters.reuses).toBe(0)
  })

  if (!replays) return
  it('renews a token that the backend refuses ahead of its time, once for all, and tries again', async () => {
    clock.pass(6)
    server.backend.revokeAccessTokens()
    for (const { status } of await callers()) expect(status).toBe(200)
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
    expect(await call()).toMatchObject({ status: 200 })
  })
})
