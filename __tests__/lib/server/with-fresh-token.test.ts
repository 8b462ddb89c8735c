import { Readable } from 'node:stream'
import { withFreshToken, type FreshToken } from '../../../lib/server'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

let clock: Clock
let server: AuthServer
let browser: HttpBrowser
/** What `run` was called with, and what became of it all. */
let runs: string[]
let outcome: { value?: unknown; error?: unknown }

beforeEach(async () => {
  clock = takeClock()
  server = await startAuthServer({ refresh: { retries: 0 } })
  browser = server.browser()
  await browser.signIn()
  runs = []
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

/** Runs in one request of the browser's. */
async function request(run: (fresh: FreshToken, count: number) => unknown): Promise<void> {
  server.routes['/api/data'] = async (req, res, authOptions) => {
    const counted = (fresh: FreshToken) => {
      runs.push(fresh.accessToken)
      return run(fresh, runs.length)
    }
    outcome = await withFreshToken(req, res, authOptions, counted).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    res.json(null)
  }
  await browser.request('/api/data')
}

const unauthorized = () => new Response('no', { status: 401 })

it('gives what `run` gives, at once or later', async () => {
  await request(() => 'now')
  expect(outcome).toEqual({ value: 'now' })
  await request(({ session }) => Promise.resolve(session.user?.email))
  expect(outcome).toEqual({ value: 'ada@example.com' })
})

it('gives null to the signed-out, and runs nothing', async () => {
  await browser.signOut()
  await request(() => 'ran')
  expect(outcome).toEqual({ value: null })
  expect(runs).toEqual([])
})

it.each([
  ['a response', () => unauthorized()],
  ['an error with a response (axios, ky)', () => Promise.reject(Object.assign(new Error(), { response: { status: 401 } }))],
  ['an error with a status', () => Promise.reject(Object.assign(new Error(), { status: 401 }))],
  [
    'an error thrown at once',
    () => {
      throw Object.assign(new Error(), { status: 401 })
    },
  ],
])('tries once more, with a renewed token, after a 401 as %s', async (_, refuse) => {
  clock.pass(6)
  await request((_fresh, count) => (count === 1 ? refuse() : 'good'))
  expect(outcome).toEqual({ value: 'good' })
  expect(new Set(runs).size).toBe(2)
  expect((await browser.session())['accessToken']).toBe(runs[1])
  expect(server.backend.counters.refreshes).toBe(1)
})

it('gives the second 401 as it is', async () => {
  clock.pass(6)
  await request((_fresh, count) => new Response(null, { status: 401, headers: { count: String(count) } }))
  expect((outcome.value as Response).headers.get('count')).toBe('2')
  expect(runs).toHaveLength(2)
})

it('lets go of the answer that it replaces', async () => {
  clock.pass(6)
  const refused = unauthorized()
  const cancel = jest.spyOn(refused.body as ReadableStream, 'cancel')
  await request((_fresh, count) => (count === 1 ? refused : 'good'))
  expect(cancel).toHaveBeenCalledTimes(1)
})

it.each([
  ['given', (response: object) => response],
  ['thrown', (response: object) => Promise.reject(Object.assign(new Error('no'), { response }))],
])('lets go of the stream of axios that it replaces: %s', async (_, answer) => {
  clock.pass(6)
  const data = Readable.from(['no'])
  await request((_fresh, count) => (count === 1 ? answer({ status: 401, headers: {}, data }) : 'good'))
  expect(outcome).toEqual({ value: 'good' })
  expect(data.destroyed).toBe(true)
})

it('gives the 401 as it is where there is no other token', async () => {
  clock.stop()
  await request(unauthorized)
  expect((outcome.value as Response).status).toBe(401)
  const error = Object.assign(new Error('no'), { status: 401 })
  await request(() => Promise.reject(error))
  expect(outcome.error).toBe(error)
  expect(runs).toHaveLength(2)
  expect(server.backend.counters.refreshes).toBe(0)
})

it.each([
  ['a 403', () => new Response(null, { status: 403 })],
  ['a 500', () => new Response(null, { status: 500 })],
  ['data with a status of its own', () => ({ status: 401, name: 'Ada' })],
  ['nothing', () => undefined],
])('renews nothing for %s', async (_, run) => {
  clock.pass(6)
  await request(run)
  expect('value' in outcome).toBe(true)
  expect(runs).toHaveLength(1)
  expect(server.backend.counters.refreshes).toBe(0)
})

it.each([new Error('boom'), Object.assign(new Error('no'), { response: { status: 404 } }), 'a string', undefined])(
  'throws what `run` throws: %p',
  async (thrown) => {
    clock.pass(6)
    await request(() => {
      throw thrown
    })
    expect(outcome).toEqual({ error: thrown })
    expect(runs).toHaveLength(1)
  },
)

it('gives null where the renewal after a 401 finds the session to be over', async () => {
  clock.pass(6)
  server.backend.revoke()
  await request(unauthorized)
  expect(outcome).toEqual({ value: null })
  expect(runs).toHaveLength(1)
  expect([...browser.cookies.keys()].some((name) => name.includes('session-token'))).toBe(false)
})

it('takes no options but those of withTokenRefresh', async () => {
  let refused: unknown
  server.routes['/api/data'] = async (req, res) => {
    refused = await withFreshToken(req, res, { providers: [] }, () => 'ran').catch((error: unknown) => error)
    res.json(null)
  }
  await browser.request('/api/data')
  expect(refused).toEqual(new TypeError('withFreshToken: `authOptions` must come from withTokenRefresh(...)'))
})
