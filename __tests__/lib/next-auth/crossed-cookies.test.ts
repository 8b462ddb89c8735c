import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

const COOKIE = 'next-auth.session-token'
/** Of the 60 seconds that a token lives, half are its window. */
const UNTIL_DUE = 40
/** Characters of the app's own in the token, for cookies of so many chunks. */
const SIZES = { 1: 100, 2: 3_000, 3: 6_500 }
type Chunks = keyof typeof SIZES

let clock: Clock
let server: AuthServer
let browser: HttpBrowser
let chunks: Chunks

beforeEach(async () => {
  clock = takeClock()
  const jwt = ({ token }: { token: object }) => ({ ...token, preferences: 'x'.repeat(SIZES[chunks]) })
  server = await startAuthServer({ auth: { callbacks: { jwt }, logger: { error: () => {}, warn: () => {} } } })
  browser = server.browser()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

const sessionCookies = () => [...browser.cookies].filter(([name]) => name.startsWith(COOKIE))

/** Signs in, renews, and has a response that was made before the renewal arrive after that one's. */
async function cross(before: Chunks, after: Chunks) {
  chunks = before
  await browser.signIn()
  const late = sessionCookies()
  expect(late).toHaveLength(before)
  clock.pass(UNTIL_DUE)
  chunks = after
  const renewed = await browser.session()
  expect(renewed).toMatchObject({ tokenRefresh: { generation: 1 } })
  expect(sessionCookies()).toHaveLength(after)
  // It clears what its own request carried, and no other chunk.
  for (const [name, value] of late) browser.cookies.set(name, value)
  return renewed
}

it.each<[Chunks, Chunks]>([[2, 1], [1, 2], [3, 1], [1, 3], [2, 3], [3, 2]])(
  'keeps a session whose cookies of %d and of %d chunks have crossed, and clears what is left over',
  async (before, after) => {
    const renewed = await cross(before, after)
    expect(await browser.session()).toMatchObject({
      accessToken: renewed['accessToken'],
      tokenRefresh: { generation: 1 },
    })
    expect(sessionCookies()).toHaveLength(after)
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  },
)

it('takes the newer one, a new sign-in above all, in whichever order the browser sends them', async () => {
  await cross(2, 1)
  const old = sessionCookies().filter(([name]) => name === COOKIE)
  browser.cookies.clear()
  clock.pass(2)
  chunks = 2
  await browser.signIn({ email: 'grace@example.com', password: 'battery-staple' })
  const young = sessionCookies()
  for (const order of [[...old, ...young], [...young, ...old]]) {
    const session = await browser.session({ cookies: new Map(order), losesCookies: true })
    expect(session).toMatchObject({ user: { email: 'grace@example.com' } })
  }
})

it('passes over a whole one that can’t be read', async () => {
  const renewed = await cross(2, 1)
  const tail = browser.cookies.get(`${COOKIE}.1`) ?? ''
  browser.cookies.set(`${COOKIE}.1`, (tail.startsWith('A') ? 'B' : 'A') + tail.slice(1))
  expect((await browser.session())['accessToken']).toBe(renewed['accessToken'])
})

it('finds nobody where no cookie is whole', async () => {
  await cross(2, 1)
  browser.cookies.set(COOKIE, 'eyJhbGciOiJkaXIifQ')
  browser.cookies.set(`${COOKIE}.1`, 'nothing')
  expect(await browser.session()).toEqual({})
  expect(sessionCookies()).toEqual([])
})
