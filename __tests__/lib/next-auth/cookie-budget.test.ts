import type { RefreshEvent } from '../../../lib'
import { startAuthServer, type AuthServer } from '../../support/auth-server'

let server: AuthServer
let events: RefreshEvent[]
let logged: string[]

/** An app that keeps so many characters of its own in the token. */
async function signedIn(characters: number) {
  events = []
  logged = []
  server = await startAuthServer({
    refresh: { onEvent: (event) => events.push(event) },
    auth: {
      logger: { warn: (text) => void logged.push(text), error: (_, error) => void logged.push((error as Error).message) },
      callbacks: { jwt: ({ token }) => ({ ...token, preferences: 'x'.repeat(characters) }) },
    },
  })
  const browser = server.browser()
  // Node's own client gives up on headers of that size as well.
  await browser.signIn().catch(() => {})
  return browser
}
const ofType = (type: RefreshEvent['type']) => events.filter((event) => event.type === type)

afterEach(() => server.close())

it('says nothing of a cookie with room to spare', async () => {
  const browser = await signedIn(100)
  await browser.session()
  expect(events).toEqual([])
  expect(logged).toEqual([])
})

it('warns once, naming the fields by size, when a cookie nears its one chunk', async () => {
  const browser = await signedIn(2_000)
  await browser.session()
  await browser.session()
  expect(ofType('cookie-near-limit')).toEqual([
    expect.objectContaining({ limit: 3_933, fields: expect.arrayContaining([{ name: 'preferences', size: 2_002 }]) }),
  ])
  expect(logged.filter((line) => line.includes('preferences (2002)'))).toHaveLength(1)
})

it('says it loudly when no server will take the cookie', async () => {
  await signedIn(15_000)
  expect(ofType('cookie-over-limit')).toEqual([expect.objectContaining({ fields: expect.arrayContaining([{ name: 'preferences', size: 15_002 }]) })])
  expect(logged.some((line) => line.includes('431'))).toBe(true)
  expect(JSON.stringify([events, logged])).not.toContain('xxx')
})
