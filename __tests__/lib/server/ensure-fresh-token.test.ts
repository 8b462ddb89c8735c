import CredentialsProvider from 'next-auth/providers/credentials'
import { withTokenRefresh } from '../../../lib'
import { ensureFreshToken } from '../../../lib/server'
import { SECRET, startAuthServer, type AuthServer, type Route } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

const token: Route = async (req, res, authOptions) => res.json(await ensureFreshToken(req, res, authOptions))
const tooLate: Route = async (req, res, authOptions) => {
  res.write('[')
  const fresh = await ensureFreshToken(req, res, authOptions)
  res.end(`"${fresh?.accessToken}"]`)
}

let clock: Clock
let server: AuthServer
let browser: HttpBrowser
let warnings: string[]

const sessionCookies = (headers: Headers) => headers.getSetCookie().filter((cookie) => cookie.includes('session-token'))

async function start(refresh = {}, auth = {}) {
  server = await startAuthServer({
    routes: { '/api/token': token, '/api/too-late': tooLate },
    refresh,
    auth: { logger: { warn: (text: string) => void warnings.push(text), error: () => {} }, ...auth },
  })
  browser = server.browser()
  await browser.signIn()
}

beforeEach(() => {
  clock = takeClock()
  warnings = []
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

it('gives a session that can be returned as a prop: without `undefined` anywhere', async () => {
  await start({}, { callbacks: { session: ({ session }: { session: object }) => ({ ...session, missing: undefined }) } })
  let fresh: unknown
  server.routes['/api/token'] = async (req, res, authOptions) => {
    fresh = await ensureFreshToken(req, res, authOptions)
    res.json(null)
  }
  await browser.request('/api/token')
  expect(fresh).toStrictEqual(JSON.parse(JSON.stringify(fresh)))
})

it('works where the browser does not see the token', async () => {
  await start({ exposeAccessToken: false })
  const fresh = (await browser.request('/api/token')).json as { accessToken: string; session: object }
  expect(fresh.accessToken).toEqual(expect.any(String))
  expect(fresh.session).not.toHaveProperty('accessToken')
})

it('writes one cookie however often it is asked', async () => {
  await start()
  clock.pass(40)
  expect(sessionCookies((await browser.request('/api/token')).headers)).toHaveLength(1)
})

it('renews once more in a request that lasts longer than its token, for all who ask', async () => {
  const session = jest.fn(({ session }: { session: object }) => session)
  await start({}, { callbacks: { session } })
  server.routes['/api/long'] = async (req, res, authOptions) => {
    const first = await ensureFreshToken(req, res, authOptions)
    clock.pass(70)
    const later = await Promise.all([1, 2, 3].map(() => ensureFreshToken(req, res, authOptions)))
    expect(session).toHaveBeenCalledTimes(2)
    res.json([first, ...later].map((fresh) => fresh?.accessToken))
  }
  const [first, ...later] = (await browser.request('/api/long')).json as string[]
  expect(new Set(later).size).toBe(1)
  expect(later[0]).not.toBe(first)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('gives null to the signed-out', async () => {
  await start()
  await browser.signOut()
  expect((await browser.request('/api/token')).json).toBeNull()
})

it('clears each chunk of a session that is over', async () => {
  await start({}, { callbacks: { jwt: ({ token: jwt }: { token: object }) => ({ ...jwt, padding: 'x'.repeat(6_000) }) } })
  const chunks = () => [...browser.cookies.keys()].filter((name) => name.includes('session-token'))
  expect(chunks().length).toBeGreaterThan(1)
  server.backend.revoke()
  clock.pass(40)
  await browser.request('/api/token')
  expect(chunks()).toEqual([])
})

it('still gives the token when the response has begun, and warns that its cookie is lost', async () => {
  await start()
  clock.pass(40)
  const [fresh] = (await browser.request('/api/too-late')).json as string[]
  expect(fresh).toEqual(expect.any(String))
  expect(warnings.some((text) => text.includes('ensureFreshToken'))).toBe(true)
  // The lost cookie costs nothing: the next request adopts the successor.
  expect((await browser.session())['accessToken']).toBe(fresh)
  expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
})

it('keeps two sessions of one request apart: what one set of options finds is none of the other’s', async () => {
  await start()
  const staff = withTokenRefresh(
    {
      secret: SECRET,
      providers: [CredentialsProvider({ credentials: {}, authorize: () => null })],
      cookies: { sessionToken: { name: 'staff', options: {} } },
    },
    { refresh: async () => ({}) },
  )
  server.routes['/api/token'] = async (req, res, authOptions) => {
    const tokens = [await ensureFreshToken(req, res, authOptions), await ensureFreshToken(req, res, staff)]
    res.json(tokens.map((each) => each?.session.user?.name ?? null))
  }
  expect((await browser.request('/api/token')).json).toEqual(['Ada Lovelace', null])
})

it('takes no options but those of withTokenRefresh: others would give the token of the cookie, however old', async () => {
  await start()
  clock.pass(3600)
  let outcome: unknown
  server.routes['/api/token'] = async (req, res) => {
    outcome = await ensureFreshToken(req, res, { secret: SECRET, providers: [] }).catch((error: unknown) => error)
    res.json(null)
  }
  await browser.request('/api/token')
  expect(outcome).toEqual(new TypeError('ensureFreshToken: `authOptions` must come from withTokenRefresh(...)'))
})
