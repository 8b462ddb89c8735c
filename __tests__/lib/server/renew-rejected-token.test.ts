import { ensureFreshToken, renewRejectedToken } from '../../../lib/server/ensure-fresh-token'
import { startAuthServer, type AuthServer, type Route } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser, RequestOptions } from '../../support/http-browser'

/** Acts as if the backend had answered 401 to the token of six requests: five at once, and one that took longer. */
const rejecting: Route = async (req, res, authOptions) => {
  const first = await ensureFreshToken(req, res, authOptions)
  const rejected = first?.accessToken ?? ''
  const callers = Array.from({ length: 5 }, () => renewRejectedToken(req, res, authOptions, rejected))
  const answers = await Promise.all(callers)
  answers.push(await renewRejectedToken(req, res, authOptions, rejected))
  const renewed = answers.map((fresh) => fresh?.accessToken ?? null)
  const later = await ensureFreshToken(req, res, authOptions)
  res.json({ rejected, renewed, later: later?.accessToken ?? null })
}
/** What one waits for, and another one gives. */
function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { give, given }
}
interface Outcome {
  rejected: string
  renewed: (string | null)[]
  later: string | null
}

let clock: Clock
let server: AuthServer
let browser: HttpBrowser
const reject = async (options?: RequestOptions) => (await browser.request('/api/rejecting', options)).json as Outcome

async function start(options: Parameters<typeof startAuthServer>[0] = {}) {
  server = await startAuthServer({ ...options, routes: { '/api/rejecting': rejecting } })
  browser = server.browser()
  await browser.signIn()
}

beforeEach(() => {
  clock = takeClock()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

it('renews a token that is rejected before its time, once for all who ask, and keeps the new one', async () => {
  await start()
  clock.pass(6)
  const { rejected, renewed, later } = await reject()
  expect(new Set(renewed).size).toBe(1)
  expect(renewed[0]).not.toBe(rejected)
  expect(later).toBe(renewed[0])
  expect((await browser.session())['accessToken']).toBe(later)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('gives the newer token where one is known, without a renewal', async () => {
  await start()
  const old = new Map(browser.cookies)
  clock.pass(6)
  const { later } = await reject()
  const { rejected, renewed } = await reject({ cookies: old })
  // Reading the old cookie has brought the successor already, which is new and stays.
  expect([rejected, ...renewed]).toEqual(Array.from({ length: 7 }, () => later))
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('reads the session twice in such a request, however many ask: once before, and once to renew', async () => {
  const session = jest.fn(({ session }: { session: object }) => session)
  await start({ auth: { callbacks: { session } as never } })
  clock.pass(6)
  session.mockClear()
  await reject()
  expect(session).toHaveBeenCalledTimes(2)
})

it('gives the token that came while the request was on its way, without a renewal, however old it is by now', async () => {
  await start()
  const [begun, meanwhile] = [signal(), signal()]
  server.routes['/api/slow'] = async (req, res, authOptions) => {
    const before = (await ensureFreshToken(req, res, authOptions))?.accessToken ?? ''
    begun.give()
    await meanwhile.given
    const after = [
      await renewRejectedToken(req, res, authOptions, before),
      await renewRejectedToken(req, res, authOptions, before),
    ]
    res.json({ before, after: after.map((fresh) => fresh?.accessToken) })
  }
  const slow = browser.request('/api/slow', { cookies: new Map(browser.cookies) })
  await begun.given
  clock.pass(6)
  const { later } = await reject()
  clock.pass(6)
  meanwhile.give()
  const { before, after } = (await slow).json as { before: string; after: string[] }
  expect(before).not.toBe(later)
  expect(after).toEqual([later, later])
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('gives the same token within 5 s of the last renewal, so that no backend can make a loop', async () => {
  await start()
  clock.stop()
  clock.pass(4.9)
  const { rejected, renewed } = await reject()
  expect(new Set(renewed)).toEqual(new Set([rejected]))
  expect(server.backend.counters.refreshes).toBe(0)
  clock.pass(0.1)
  expect((await reject()).renewed[0]).not.toBe(rejected)
  expect((await reject()).later).toEqual(expect.any(String))
  expect(server.backend.counters.refreshes).toBe(1)
})

it('renews a rejected token that comes from the future, since the clock was set back', async () => {
  await start()
  clock.pass(-3600)
  const { rejected, renewed } = await reject()
  expect(renewed[0]).not.toBe(rejected)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('gives the same token while the backend is down, and null once it has refused the session', async () => {
  await start({ refresh: { retries: 0 } })
  clock.pass(6)
  const mend = server.backend.inject({ kind: 'unavailable', times: Infinity })
  const { rejected, renewed } = await reject()
  expect(new Set(renewed)).toEqual(new Set([rejected]))
  mend()
  clock.pass(5)
  server.backend.revoke()
  expect((await reject()).renewed).toEqual(Array.from({ length: 6 }, () => null))
})

describe('from a browser', () => {
  const renew = async (generation: unknown, data: object = {}) => {
    const { csrfToken } = (await browser.request('/api/auth/csrf')).json as { csrfToken: string }
    const json = { csrfToken, data: { ...data, tokenRefresh: { renew: generation } } }
    return (await browser.request('/api/auth/session', { method: 'POST', json })).json as Record<string, unknown>
  }

  it('renews the token of the generation that was rejected, and no newer one', async () => {
    await start()
    clock.pass(6)
    const first = await renew(0)
    expect(first).toMatchObject({ tokenRefresh: { generation: 1 } })
    clock.pass(6)
    expect(await renew(0)).toMatchObject({ accessToken: first['accessToken'], tokenRefresh: { generation: 1 } })
    expect(await renew(1)).toMatchObject({ tokenRefresh: { generation: 2 } })
    expect(server.backend.counters).toMatchObject({ refreshes: 2, reuses: 0 })
  })

  it('renews at most once in 5 s, however often and whatever is asked for', async () => {
    await start()
    clock.stop()
    clock.pass(6)
    await Promise.all([renew(0), renew(0), renew(1), renew(9e9), renew('0'), renew(null), renew(-1)])
    clock.pass(4)
    await renew(9e9)
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  })

  it('hides the request from the app, whose callback takes updates for its own', async () => {
    const seen: unknown[] = []
    const jwt = ({ token, trigger, session }: { token: object; trigger?: string; session?: unknown }) => {
      seen.push([trigger, session])
      return token
    }
    await start({ auth: { callbacks: { jwt } as never } })
    seen.length = 0
    await renew(0)
    await renew(0, { theme: 'dark' })
    expect(seen).toEqual([
      [undefined, undefined],
      ['update', { theme: 'dark' }],
    ])
  })
})
