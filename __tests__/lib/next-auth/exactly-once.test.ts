import { getServerSession } from 'next-auth'
import { decode, type JWT } from 'next-auth/jwt'
import { SECRET, startAuthServer, type AuthServer, type Route } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

const twice: Route = async (req, res, authOptions) => {
  const first = await getServerSession(req, res, authOptions)
  const second = await getServerSession(req, res, authOptions)
  res.json([first, second])
}

let server: AuthServer
let clock: Clock

beforeEach(async () => {
  clock = takeClock()
  server = await startAuthServer({ backend: { accessTokenLifetime: 60 }, routes: { '/api/twice': twice } })
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

/** What the browser's session cookie holds. */
async function heldToken({ cookies }: HttpBrowser): Promise<JWT> {
  const token = await decode({ token: cookies.get('next-auth.session-token') ?? '', secret: SECRET })
  if (!token) throw new Error('there is no session cookie')
  return token
}

const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))

describe('a due token', () => {
  it('is refreshed once for 50 concurrent requests, and all get the new one', async () => {
    const browser = server.browser()
    await browser.signIn()
    const before = await browser.session()
    clock.pass(40)

    const sessions = await times(50, () => browser.session())

    expect(server.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
    expect(new Set(sessions.map((session) => session['accessToken'])).size).toBe(1)
    expect(sessions[0]?.['accessToken']).not.toBe(before['accessToken'])
    expect(sessions.every((session) => session['error'] === undefined)).toBe(true)
  })

  it('is refreshed once for 50 concurrent calls of the jwt callback', async () => {
    const browser = server.browser()
    await browser.signIn()
    const token = await heldToken(browser)
    clock.pass(40)

    const renewed = await times(50, async () => server.authOptions.callbacks?.jwt?.({ token, user: undefined as never, account: null }))

    expect(server.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
    expect(new Set(renewed.map((jwt) => jwt?.accessToken)).size).toBe(1)
    expect(renewed[0]?.accessToken).not.toBe(token.accessToken)
  })

  it('is left alone before the window opens', async () => {
    const browser = server.browser()
    await browser.signIn()
    const before = await browser.session()
    clock.pass(25)
    expect((await browser.session())['accessToken']).toBe(before['accessToken'])
    expect(server.backend.counters.refreshes).toBe(0)
  })

  it('is refreshed once for two reads in one request', async () => {
    const browser = server.browser()
    await browser.signIn()
    clock.pass(40)
    const [first, second] = (await browser.request('/api/twice')).json as Record<string, unknown>[]
    expect(first?.['accessToken']).toBe(second?.['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
    expect((await browser.session())['accessToken']).toBe(first?.['accessToken'])
  })
})

describe('the cookie from before a rotation', () => {
  it('gets the successor', async () => {
    const browser = server.browser()
    await browser.signIn()
    clock.pass(40)
    const old = new Map(browser.cookies)
    const renewed = await browser.session()
    const late = await browser.session({ cookies: old, losesCookies: true })
    expect(late['accessToken']).toBe(renewed['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  })

  it('gets the newest token two generations later', async () => {
    const browser = server.browser()
    await browser.signIn()
    const old = new Map(browser.cookies)
    clock.pass(40)
    await browser.session()
    clock.pass(40)
    const newest = await browser.session()
    const late = await browser.session({ cookies: old })
    expect(late['accessToken']).toBe(newest['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 2, reuses: 0 })
  })

  it('survives a lost Set-Cookie', async () => {
    const browser = server.browser()
    await browser.signIn()
    clock.pass(40)
    await browser.session({ losesCookies: true })
    const session = await browser.session()
    expect(session['error']).toBeUndefined()
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  })
})
