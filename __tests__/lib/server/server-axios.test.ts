import { createReadStream } from 'node:fs'
import { Readable, Stream } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inspect } from 'node:util'
import type { AxiosError, AxiosInstance, AxiosRequestConfig } from 'axios'
import { isRefreshError } from '../../../lib'
import { createServerAxios, ensureFreshToken, type ServerAxiosOptions } from '../../../lib/server'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'
import { startRecorder, type Recorded, type Recorder } from '../../support/recorder'

let clock: Clock
let server: AuthServer
let browser: HttpBrowser
/** The backend of the app's data, and a server that the token is not for. */
let api: Recorder
let stranger: Recorder
/** Access tokens that the API refuses. */
let refused: Set<string>

beforeEach(async () => {
  clock = takeClock()
  refused = new Set()
  api = await startRecorder((request, res) => {
    if (request.url === '/away') res.setHeader('location', `${stranger.origin}/landed`)
    if (request.url === '/round') res.setHeader('location', '/landed')
    res.statusCode = res.hasHeader('location') ? 302 : refused.has(tokenOf(request) ?? '') ? 401 : 200
    res.setHeader('content-type', 'application/json')
    res.end('{}')
  })
  stranger = await startRecorder()
  server = await startAuthServer({ refresh: { retries: 0 } })
  browser = server.browser()
  await browser.signIn()
})
afterEach(async () => {
  clock.restore()
  await Promise.all([server.close(), api.close(), stranger.close()])
})

const tokenOf = ({ headers }: Recorded) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
const current = async () => String((await browser.session())['accessToken'])

type Given = Omit<ServerAxiosOptions, 'req' | 'res' | 'authOptions'>

/** Runs in one request of the browser's, with an instance made for it. */
async function request<T>(run: (instance: AxiosInstance) => Promise<T>, given?: Given): Promise<T> {
  let outcome: Promise<T> | undefined
  server.routes['/api/data'] = async (req, res, authOptions) => {
    const instance = createServerAxios({ req, res, authOptions, baseURL: api.origin, ...given })
    outcome = run(instance)
    await outcome.catch(() => {})
    res.json(null)
  }
  const { text } = await browser.request('/api/data')
  if (!outcome) throw new Error(text)
  return outcome
}

describe('the token', () => {
  it('goes with each request, as a bearer', async () => {
    await request(async (instance) => {
      await instance.get('orders')
      await instance.post('orders', { amount: 1 })
    })
    expect(api.requests.map(tokenOf)).toEqual([await current(), await current()])
  })

  it('goes as a cookie beside those that are there, where the backend reads it from one', async () => {
    await request((instance) => instance.get('orders', { headers: { Cookie: 'theme=dark' } }), {
      transport: 'cookie',
      cookieName: 'jwt',
    })
    expect(api.requests[0]?.headers.cookie).toBe(`theme=dark; jwt=${await current()}`)
    expect(api.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('is renewed first where that is due', async () => {
    clock.pass(40)
    await request((instance) => Promise.all([instance.get('one'), instance.get('two')]))
    expect(server.backend.counters.refreshes).toBe(1)
    expect(api.requests.map(tokenOf)).toEqual([await current(), await current()])
  })

  it('stays away where the request brings credentials of its own', async () => {
    refused.add('theirs')
    clock.pass(6)
    await request(async (instance) => {
      const validateStatus = () => true
      await instance.get('a', { headers: { authorization: 'Bearer theirs' }, validateStatus })
      await instance.get('b', { auth: { username: 'ada', password: 'x' }, validateStatus })
    })
    expect(api.requests[0]?.headers.authorization).toBe('Bearer theirs')
    expect(api.requests[1]?.headers.authorization).toMatch(/^Basic /)
    expect(api.requests).toHaveLength(2)
    expect(server.backend.counters.refreshes).toBe(0)
  })

  it('stays away where the request brings the same cookie', async () => {
    const headers = { cookie: 'theme=dark; access_token=theirs' }
    await request((instance) => instance.get('orders', { headers }), { transport: 'cookie' })
    expect(api.requests[0]?.headers.cookie).toBe('theme=dark; access_token=theirs')
  })

  it('is none for the signed-out, whose requests go without', async () => {
    await browser.signOut()
    await request((instance) => instance.get('public'))
    expect(api.requests[0]?.headers.authorization).toBeUndefined()
  })
})

it('sends no dead token in an outage: requests fail with an error of their own, and then go on', async () => {
  const mend = server.backend.inject({ kind: 'unavailable', times: Infinity })
  clock.pass(70)
  const failed = await request((instance) => instance.get('orders')).catch((error: unknown) => error)
  expect(isRefreshError(failed)).toBe(true)
  expect(failed).toMatchObject({ code: 'unavailable' })
  expect(api.requests).toHaveLength(0)
  mend()
  clock.pass(60)
  await request((instance) => instance.get('orders'))
  expect(api.requests.map(tokenOf)).toEqual([await current()])
})

describe('another origin', () => {
  const absolute = () => `${stranger.origin}/x`
  const ways: [string, () => AxiosRequestConfig, Given][] = [
    ['an absolute address', () => ({ url: absolute() }), {}],
    ['another base', () => ({ url: '/x', baseURL: stranger.origin }), {}],
    ['a redirect', () => ({ url: '/away' }), {}],
    ['a redirect, with cookies', () => ({ url: '/away' }), { transport: 'cookie' }],
    ['a redirect of fetch', () => ({ url: '/away', adapter: 'fetch' }), {}],
    ['a redirect of fetch, with cookies', () => ({ url: '/away', adapter: 'fetch' }), { transport: 'cookie' }],
    ['an absolute address, with cookies', () => ({ url: absolute() }), { transport: 'cookie' }],
    ['a name before the host', () => ({ url: absolute().replace('http://', `http://${new URL(api.origin).host}@`) }), {}],
  ]

  it.each(ways)('sees no token through %s', async (_, config, given) => {
    await request((instance) => instance.request(config()), given)
    expect(stranger.requests).toHaveLength(1)
    expect(stranger.text()).not.toContain(await current())
    expect(String(stranger.requests[0]?.headers.authorization)).not.toMatch(/^Bearer/)
    expect(stranger.requests[0]?.headers.cookie).toBeUndefined()
  })

  it("sees no token where an app's interceptor leads there, in either order of interceptors", async () => {
    for (const legacyInterceptorReqResOrdering of [true, false]) {
      await request(
        (instance) => {
          instance.interceptors.request.use((config) => ({ ...config, url: absolute() }))
          return instance.get('/orders')
        },
        { transitional: { legacyInterceptorReqResOrdering } },
      )
    }
    expect(stranger.requests).toHaveLength(2)
    expect(stranger.text()).not.toContain(await current())
  })

  it('sees it where it is named', async () => {
    await request((instance) => instance.get(absolute()), { origins: [`${stranger.origin}/of/no/matter`] })
    expect(stranger.requests.map(tokenOf)).toEqual([await current()])
  })

  it('is not where a redirect leads within the first one', async () => {
    await request((instance) => instance.get('/round'))
    expect(api.requests.map(tokenOf)).toEqual([await current(), await current()])
  })
})

describe('a 401', () => {
  beforeEach(async () => {
    clock.pass(6)
    refused.add(await current())
  })

  it('renews the token once for all, and each request is sent again', async () => {
    await request((instance) => Promise.all(Array.from({ length: 20 }, (_, index) => instance.get(`orders/${index}`))))
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
    expect(api.requests).toHaveLength(40)
    expect(api.requests.filter((each) => tokenOf(each) && !refused.has(String(tokenOf(each))))).toHaveLength(20)
    expect(await current()).toBe(tokenOf(api.requests[39] as Recorded))
  })

  const form = () => {
    const data = new FormData()
    data.append('file', new Blob(['bytes']), 'a.txt')
    return data
  }
  const bodies: [string, () => unknown, Record<string, string>?][] = [
    ['an object', () => ({ amount: 1 })],
    ['JSON as text', () => ' {"amount": 1} ', { 'content-type': 'application/json' }],
    ['text', () => 'plain', { 'content-type': 'text/plain' }],
    ['a form', () => new URLSearchParams({ a: '1' })],
    ['bytes', () => Buffer.from([0, 1, 2, 255])],
    ['a form with a file', form],
    ['nothing', () => undefined],
  ]

  it.each(bodies)('sends %s again, byte for byte', async (_, data, headers = {}) => {
    await request((instance) => instance.post('orders', data(), { headers }))
    expect(api.requests).toHaveLength(2)
    // The line between the parts of a form is drawn anew each time.
    const [first, second] = api.requests.map(({ headers, body }) => {
      const boundary = /boundary=(.+)/.exec(headers['content-type'] ?? '')?.[1] ?? '-'
      return [headers['content-type'], body.toString('latin1')].map((text) => text?.replaceAll(boundary, '-'))
    })
    expect(second).toEqual(first)
  })

  it('stands where the body was a stream', async () => {
    const sent = request((instance) => instance.post('orders', Readable.from(['a', 'b']), { maxRedirects: 0 }))
    await expect(sent).rejects.toMatchObject({ response: { status: 401 } })
    expect(api.requests).toHaveLength(1)
    expect(server.backend.counters.refreshes).toBe(0)
  })

  it('is sent again where the app takes every status for good', async () => {
    const { status } = await request((instance) => instance.get('orders', { validateStatus: null }))
    expect(status).toBe(200)
    expect(api.requests).toHaveLength(2)
  })

  it("is seen by the app's interceptors only where it stands", async () => {
    const seen: (number | undefined)[] = []
    await request((instance) => {
      instance.interceptors.response.use(
        (response) => {
          seen.push(response.status)
          return response
        },
        (error: AxiosError) => {
          seen.push(error.response?.status)
          throw error
        },
      )
      return instance.get('orders')
    })
    expect(seen).toEqual([200])
  })

  it('stands where there is no other token, or it is refused as well', async () => {
    server.backend.inject({ kind: 'unavailable', times: Infinity })
    await expect(request((instance) => instance.get('orders'))).rejects.toMatchObject({ response: { status: 401 } })
    expect(api.requests).toHaveLength(1)
    expect((await browser.session())['error']).toBeUndefined()
  })

  it('ends a session that the renewal finds to be over, and stands', async () => {
    server.backend.revoke()
    await expect(request((instance) => instance.get('orders'))).rejects.toMatchObject({ response: { status: 401 } })
    expect(api.requests).toHaveLength(1)
    expect([...browser.cookies.keys()].some((name) => name.includes('session-token'))).toBe(false)
  })

  it('of another origin renews nothing', async () => {
    const deaf = await startRecorder((_, res) => res.writeHead(401).end())
    await expect(request((instance) => instance.get(deaf.origin))).rejects.toMatchObject({ response: { status: 401 } })
    await deaf.close()
    expect(server.backend.counters.refreshes).toBe(0)
  })
})

/** Not of Node's class, as those of the package `readable-stream` are not. */
function ofAnotherPackage(stream: Readable): Readable {
  const prototype: object = Object.create(Stream.prototype, Object.getOwnPropertyDescriptors(Readable.prototype))
  return Object.setPrototypeOf(stream, prototype) as Readable
}

it.each([['bearer'], ['cookie']] as const)('shows no token where an error or an answer is logged: %s', async (transport) => {
  const seen: unknown[] = []
  await request(
    async (instance) => {
      seen.push(await instance.get('orders'))
      seen.push(await instance.get('orders', { validateStatus: () => false }).catch((error: unknown) => error))
      seen.push(await instance.get('round', { maxRedirects: 0 }).catch((error: unknown) => error))
      const stream = () => Readable.from(['text'])
      seen.push(await instance.get('orders', { responseType: 'stream' }))
      seen.push(await instance.get('round', { maxRedirects: 0, responseType: 'stream' }).catch((error: unknown) => error))
      seen.push(await instance.post('orders', stream(), { validateStatus: () => false }).catch((error: unknown) => error))
      seen.push(await instance.post('orders', stream(), { maxRedirects: 0 }))
      seen.push(await instance.post('orders', ofAnotherPackage(stream()), { maxRedirects: 0 }))
      seen.push(await instance.post('orders', stream(), { maxBodyLength: 1 }).catch((error: unknown) => error))
      const { data } = await instance.get<Readable>('orders', { responseType: 'stream', maxContentLength: 1 })
      seen.push(await buffer(data).catch((error: unknown) => error))
      await api.close()
      seen.push(await instance.get('orders').catch((error: unknown) => error))
    },
    { transport },
  )
  const token = await current()
  expect(seen).toHaveLength(11)
  for (const each of seen) {
    expect(inspect(each, { depth: 8 })).not.toContain(token)
    expect(JSON.stringify(each, (key, value: unknown) => (key === 'socket' ? undefined : value))).not.toContain(token)
  }
})

it('fails where a stream does while the token is fetched, and not the process', async () => {
  clock.pass(70)
  server.backend.inject({ kind: 'slow', delay: 0.1 })
  const sent = request((instance) => instance.post('orders', createReadStream('/nowhere')))
  await expect(sent).rejects.toMatchObject({ code: 'ENOENT' })
})

it('keeps the user out of what it is not given: each request has its own', async () => {
  const other = server.browser()
  await other.signIn({ email: 'grace@example.com', password: 'battery-staple' })
  server.routes['/api/data'] = async (req, res, authOptions) => {
    await createServerAxios({ req, res, authOptions, baseURL: api.origin }).get('orders')
    res.json((await ensureFreshToken(req, res, authOptions))?.accessToken)
  }
  const answers = await Promise.all([browser, other].map((each) => each.request('/api/data')))
  expect(new Set(answers.map(({ json }) => json)).size).toBe(2)
  expect(new Set(api.requests.map(tokenOf))).toEqual(new Set(answers.map(({ json }) => json)))
})

it.each([
  [{ baseURL: undefined }, /`baseURL` or `origins`/],
  [{ transport: 'query' }, /`transport`/],
  [{ transport: 'cookie', cookieName: 'a b' }, /`cookieName`/],
  [{ baseURL: '/api' }, /`baseURL`.*'\/api'/],
  [{ baseURL: 'ftp://127.0.0.1' }, /`baseURL`/],
  [{ origins: ['api.example.com'] }, /`origins`.*'api\.example\.com'/],
])('wants to know where the token may go: %p', async (given, message) => {
  await expect(request((instance) => instance.get('x'), given as Given)).rejects.toThrow(message)
})

it('takes no options but those of withTokenRefresh', async () => {
  const given = { authOptions: { providers: [] } } as Given
  await expect(request((instance) => instance.get('x'), given)).rejects.toThrow(/createServerAxios.*withTokenRefresh/)
})

it('loads axios when it is asked for, and no sooner: its start takes as long as next-auth takes', () => {
  const load = jest.fn(() => jest.requireActual<object>('axios'))
  jest.isolateModules(() => {
    jest.doMock('axios', load)
    const { createServerAxios: create } = jest.requireActual<{ createServerAxios: typeof createServerAxios }>(
      '../../../lib/server',
    )
    expect(load).not.toHaveBeenCalled()
    const [req, res] = [{}, {}] as [ServerAxiosOptions['req'], ServerAxiosOptions['res']]
    create({ req, res, authOptions: server.authOptions, baseURL: api.origin })
    expect(load).toHaveBeenCalledTimes(1)
  })
  jest.dontMock('axios')
})
