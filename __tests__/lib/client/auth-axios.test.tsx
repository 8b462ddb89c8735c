import { act, render, screen } from '@testing-library/react'
import axios, { CanceledError, type AxiosError, type AxiosResponse } from 'axios'
import { SessionProvider, signOut } from 'next-auth/react'
import type { ReactElement } from 'react'
import { RefreshSessionProvider, RefreshTokenHandler, useAccessToken } from '../../../components'
import { createAuthAxios } from '../../../lib/client/auth-axios'
import { page } from '../../../lib/client/page'
import { inFakeTime, LATENCY, pass, startSessionServer, stir, tellOfSession } from '../../components/session-server'
import { fakeApi } from '../../support/fake-api'

inFakeTime()

/** Seconds, as in `startSessionServer`: the page polls at the start of the window, the clients wait for its last 30 s. */
const LIFETIME = 300
const JUST_BEFORE_EXPIRY = (LIFETIME - 10) * 1000

type Server = ReturnType<typeof startSessionServer>

function Token(): ReactElement {
  return <p>{useAccessToken() ?? 'no token'}</p>
}

/** A page of the signed-in. */
function open(server: Server, session: unknown = server.session()) {
  return render(
    <RefreshSessionProvider session={session as never}>
      <Token />
    </RefreshSessionProvider>,
  )
}

/** A page that does not poll, as where its timers are held back, and does not notice it. */
function openHeldBack(server: Server) {
  jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  return render(
    <SessionProvider session={server.session()} refetchOnWindowFocus={false}>
      <RefreshTokenHandler setInterval={() => {}} />
      <Token />
    </SessionProvider>,
  )
}

/** What came of each request: its status, or why there was none. They are under way when this settles. */
async function begun(...requests: Promise<AxiosResponse>[]): Promise<{ ends: Promise<unknown[]> }> {
  const all = requests.map((request) =>
    request.then(
      ({ status }) => status,
      (error: AxiosError) => error.response?.status ?? error.code,
    ),
  )
  const ends = Promise.all(all.map((one) => one.finally(stir)))
  await pass(0)
  return { ends }
}

/** Lets the requests come to their end. */
async function settled(...requests: Promise<AxiosResponse>[]): Promise<unknown[]> {
  const { ends } = await begun(...requests)
  await pass(20 * LATENCY)
  return ends
}

const many = (count: number, send: (index: number) => Promise<AxiosResponse>) => Array.from({ length: count }, (_, i) => send(i))

describe('a request', () => {
  it('carries the current token from memory, and asks nobody for it', async () => {
    const server = startSessionServer()
    open(server)
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a'), client.post('/b', { x: 1 }))).toEqual([200, 200])
    await pass(LIFETIME * 1000)
    expect(await settled(client.get('/c'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'token-0', 'token-1'])
    expect(server.requests).toHaveLength(1)
  })

  it('goes without a token where nobody is signed in', async () => {
    const server = startSessionServer()
    server.is.signedIn = false
    open(server, null)
    const api = fakeApi(() => 401)
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual([undefined])
    expect(server.requests).toEqual([])
  })

  it('goes without a token where the session is over, and makes no session traffic', async () => {
    const server = startSessionServer()
    server.is.over = true
    open(server)
    const api = fakeApi(() => 401)
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual([undefined])
    expect(server.requests).toEqual([])
  })

  it('carries no token that an app keeps in a session that is over', async () => {
    const server = startSessionServer()
    server.is.over = true
    open(server, { ...server.session(), accessToken: 'dead' })
    const api = fakeApi(() => 401)
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual([undefined])
  })

  it('goes without a token where the browser sees none, also late', async () => {
    const server = startSessionServer()
    const { accessToken: _, ...hidden } = server.session()
    open(server, hidden)
    const api = fakeApi()
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([200])
    expect(api.tokens()).toEqual([undefined])
    expect(server.requests).toEqual([])
  })

  it('keeps an Authorization of its own, and its 401', async () => {
    const server = startSessionServer()
    open(server)
    const api = fakeApi(() => 401)
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a', { headers: { authorization: 'Bearer mine' } }))).toEqual([401])
    expect(await settled(client.get('/a', { auth: { username: 'a', password: 'b' } }))).toEqual([401])
    expect(api.tokens()).toEqual(['mine', undefined])
    expect(server.requests).toEqual([])
  })

  it('waits while the session is loading', async () => {
    startSessionServer()
    const api = fakeApi()
    const request = createAuthAxios({ adapter: api.adapter }).get('/a')
    render(<SessionProvider><RefreshTokenHandler setInterval={() => {}} /></SessionProvider>)
    await pass(LATENCY - 1)
    expect(api.calls).toEqual([])
    expect(await settled(request)).toEqual([200])
    expect(api.tokens()).toEqual(['token-0'])
  })

  it('waits 10 s at most, on a page that never tells', async () => {
    startSessionServer()
    const api = fakeApi()
    const request = await begun(createAuthAxios({ adapter: api.adapter }).get('/a'))
    await pass(9_900)
    expect(api.calls).toEqual([])
    await pass(200)
    expect(await request.ends).toEqual([200])
    expect(api.tokens()).toEqual([undefined])
  })

  it('can be given up while it waits', async () => {
    startSessionServer()
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    const controller = new AbortController()
    const old = axios.CancelToken.source()
    const requests = [client.get('/a', { signal: controller.signal }), client.get('/b', { cancelToken: old.token })]
    const { ends } = await begun(...requests)
    await pass(1_000)
    controller.abort()
    old.cancel()
    expect(await ends).toEqual(['ERR_CANCELED', 'ERR_CANCELED'])
    await pass(20_000)
    expect(api.calls).toEqual([])
  })

  it('shows no token in its answer, nor in its error', async () => {
    open(startSessionServer())
    const api = fakeApi((_, { url }) => (url === '/good' ? 200 : 500))
    const client = createAuthAxios({ adapter: api.adapter })
    const [good, bad] = [client.get('/good'), client.get('/bad').catch((error: AxiosError) => error)]
    await pass(1_000)
    const { config } = await good
    const error = (await bad) as AxiosError
    expect(api.tokens()).toEqual(['token-0', 'token-0'])
    expect(JSON.stringify([config, error, error.response?.config])).not.toContain('token-0')
  })
})

describe('a token that is about to expire', () => {
  it('is renewed first, once for all requests of all clients, and seen by the page', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    const api = fakeApi()
    const clients = [createAuthAxios({ adapter: api.adapter }), createAuthAxios({ adapter: api.adapter })] as const
    const requests = [...many(10, () => clients[0].get('/a')), ...many(10, () => clients[1].get('/b'))]
    expect(await settled(...requests)).toEqual(Array(20).fill(200))
    expect(api.tokens()).toEqual(Array(20).fill('token-1'))
    expect(server.generation()).toBe(1)
    // One for the clients, one for next-auth's own.
    expect(server.polls()).toHaveLength(2)
    expect(screen.getByText('token-1')).toBeTruthy()
  })

  it('is left to the page’s own poll before that', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass((LIFETIME - 40) * 1000)
    const api = fakeApi()
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0'])
    expect(server.requests).toEqual([])
  })

  it('is renewed also after it has expired', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(2 * LIFETIME * 1000)
    const api = fakeApi()
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-1'])
  })

  it('serves where it cannot be renewed, and is not tried again at once', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    server.is.offline = true
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a'), client.get('/b'))).toEqual([200, 200])
    expect(await settled(client.get('/c'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'token-0', 'token-0'])
    expect(server.polls()).toHaveLength(1)
    server.is.offline = false
    await pass(5_000)
    expect(await settled(client.get('/d'))).toEqual([200])
    expect(api.tokens()[3]).toBe('token-1')
  })

  it('is not asked for while the server puts it off', async () => {
    const server = startSessionServer()
    const { accessTokenExpiry, ...session } = server.session()
    const tokenRefresh = { ...session.tokenRefresh, retryAt: server.now() + LIFETIME * 1000 }
    render(
      <SessionProvider session={{ ...session, accessTokenExpiry, tokenRefresh } as never}>
        <RefreshTokenHandler setInterval={() => {}} />
      </SessionProvider>,
    )
    await pass(JUST_BEFORE_EXPIRY)
    const api = fakeApi()
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0'])
    expect(server.requests).toEqual([])
  })

  it('serves after 3 s where the server hangs', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    globalThis.fetch = () => new Promise(() => {})
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    const first = await begun(client.get('/a'))
    await pass(2_900)
    expect(api.calls).toEqual([])
    const second = await begun(client.get('/b'))
    await pass(200)
    expect(await first.ends).toEqual([200])
    expect(await second.ends).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'token-0'])
    await pass(60_000)
  })

  it('lets a request fail with its own error once it has expired in an outage', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(2 * LIFETIME * 1000)
    server.is.offline = true
    const api = fakeApi(() => 503)
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([503])
  })

  it('has its 401 told from that of a signed-out user, while it cannot be renewed', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(2 * LIFETIME * 1000)
    server.is.stuck = true
    const api = fakeApi(() => 401)
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a'))).toEqual(['ERR_TOKEN_EXPIRED'])
    expect(await settled(client.get('/a', { validateStatus: () => true }))).toEqual([401])
    server.is.signedIn = false
    await pass(5_000)
    expect(await settled(client.get('/a'))).toEqual([401])
  })

  it('is not carried on when the server says that nobody is signed in any more', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    server.is.signedIn = false
    const api = fakeApi(() => 401)
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual([undefined])
  })

  it('does not become another user’s, who has signed in elsewhere', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    server.signIn('Grace')
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    const request = client.post('/order', {})
    const failed = request.catch((error: unknown) => error)
    expect(await settled(request)).toEqual(['ERR_CANCELED'])
    expect(await failed).toBeInstanceOf(CanceledError)
    expect(api.calls).toEqual([])
    expect(await settled(client.get('/b'))).toEqual([200])
    expect(api.tokens()).toEqual(['Grace-token-0'])
  })
})

describe('a 401', () => {
  /** Takes only the tokens of later generations. */
  const refusing = (...refused: string[]) => (token: string | undefined) => (token === undefined || refused.includes(token) ? 401 : 200)

  async function openFor5s(server: Server) {
    open(server)
    await pass(5_000)
  }

  it('of twenty requests at once is answered with one renewal and twenty replays', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const api = fakeApi(refusing('token-0'))
    const clients = [createAuthAxios({ adapter: api.adapter }), createAuthAxios({ adapter: api.adapter })]
    const requests = many(20, (index) => clients[index % 2]!.get('/a'))
    expect(await settled(...requests)).toEqual(Array(20).fill(200))
    expect(api.tokens()).toEqual([...Array(20).fill('token-0'), ...Array(20).fill('token-1')])
    expect(server.updates()).toHaveLength(1)
    expect(server.generation()).toBe(1)
    expect(screen.getByText('token-1')).toBeTruthy()
  })

  it('waits for the renewal that is under way already', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    const { fetch } = globalThis
    const slow = { go: () => {} }
    const gone = new Promise<void>((resolve) => (slow.go = resolve))
    globalThis.fetch = ((...args) => gone.then(() => fetch(...args)))
    const api = fakeApi(refusing('token-0'))
    const request = await begun(createAuthAxios({ adapter: api.adapter }).get('/a'))
    await pass(4_000)
    expect(api.tokens()).toEqual(['token-0'])
    slow.go()
    await settled()
    expect(await request.ends).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'token-1'])
    expect(server.updates()).toEqual([])
  })

  it('that comes late is replayed with the token that has come since', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const slow = { answer: (_: number) => {} }
    const late = new Promise<number>((resolve) => (slow.answer = resolve))
    const api = fakeApi((token, { url }) => (url === '/slow' && token === 'token-0' ? late : refusing('token-0')(token)))
    const client = createAuthAxios({ adapter: api.adapter })
    const first = await begun(client.get('/slow'))
    expect(await settled(client.get('/a'))).toEqual([200])
    slow.answer(401)
    await pass(1_000)
    expect(await first.ends).toEqual([200])
    expect(server.updates()).toHaveLength(1)
  })

  it('stands when the new token gets it as well', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const api = fakeApi(() => 401)
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual(['token-0', 'token-1'])
    await pass(10_000)
    expect(await settled(client.get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual(['token-0', 'token-1', 'token-1'])
    expect(server.updates()).toHaveLength(1)
  })

  it('stands when no other token can be had, and the next one is tried again later', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    server.is.offline = true
    const api = fakeApi(refusing('token-0'))
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(...many(3, () => client.get('/a')))).toEqual([401, 401, 401])
    expect(await settled(client.get('/a'))).toEqual([401])
    expect(api.calls).toHaveLength(4)
    expect(server.requests).toHaveLength(1)
    server.is.offline = false
    await pass(5_000)
    expect(await settled(client.get('/a'))).toEqual([200])
  })

  it('is replayed with the same body, below interceptors and transforms', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const api = fakeApi(refusing('token-0'))
    const client = createAuthAxios({ adapter: api.adapter })
    const seen: string[] = []
    client.interceptors.request.use((config) => (seen.push('request'), config))
    client.interceptors.response.use((response) => (seen.push('response'), response))
    expect(await settled(client.post('/a', { name: 'Ada' }, { validateStatus: () => true }))).toEqual([200])
    expect(api.calls.map(({ body }) => body)).toEqual(['{"name":"Ada"}', '{"name":"Ada"}'])
    expect(seen).toEqual(['request', 'response'])
  })

  it('is not replayed where the body is a stream, which is spent', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const api = fakeApi(refusing('token-0'))
    const client = createAuthAxios({ adapter: api.adapter, transformRequest: (data: unknown) => data })
    const streams = [{ getReader() {} }, { pipe() {} }, (async function* () {})()]
    expect(await settled(...streams.map((stream) => client.post('/a', stream)))).toEqual([401, 401, 401])
    expect(api.calls).toHaveLength(3)
    expect(server.requests).toEqual([])
  })

  it('is not replayed with the token of another user', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const slow = { answer: (_: number) => {} }
    const api = fakeApi((token) => (token === 'token-0' ? new Promise<number>((resolve) => (slow.answer = resolve)) : 200))
    const client = createAuthAxios({ adapter: api.adapter })
    const first = await begun(client.post('/order', {}))
    await pass(100)
    server.signIn('Grace')
    act(tellOfSession)
    await pass(1_000)
    slow.answer(401)
    await pass(1_000)
    expect(await first.ends).toEqual([401])
    expect(await settled(client.get('/b'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'Grace-token-0'])
    expect(server.updates()).toEqual([])
  })

  it('is not replayed when the renewal finds another user', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    server.signIn('Grace')
    const api = fakeApi(refusing('token-0'))
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([401])
    expect(api.tokens()).toEqual(['token-0'])
  })

  it('after a sign-out brings nobody back', async () => {
    const server = startSessionServer()
    await openFor5s(server)
    const slow = { answer: (_: number) => {} }
    const api = fakeApi(() => new Promise<number>((resolve) => (slow.answer = resolve)))
    const first = await begun(createAuthAxios({ adapter: api.adapter }).get('/a'))
    await pass(100)
    void signOut({ redirect: false })
    await pass(20 * LATENCY)
    slow.answer(401)
    await pass(1_000)
    expect(await first.ends).toEqual([401])
    expect(api.tokens()).toEqual(['token-0'])
    expect(server.updates()).toEqual([])
    expect(screen.getByText('no token')).toBeTruthy()
  })
})

describe('a config that is used again', () => {
  it('carries the token of that time, and is renewed as any other', async () => {
    const server = startSessionServer()
    open(server)
    const api = fakeApi((token) => (token === 'token-0' ? 500 : 200))
    const client = createAuthAxios({ adapter: api.adapter })
    const failing = client.get('/a').catch((error: AxiosError) => error)
    await pass(LIFETIME * 1000)
    expect(await settled(client.request(((await failing) as AxiosError).config!))).toEqual([200])
    expect(api.tokens()).toEqual(['token-0', 'token-1'])
  })
})

describe('a config that another client uses again', () => {
  it('goes by the origins of that one', async () => {
    open(startSessionServer())
    const api = fakeApi(() => 500)
    const first = createAuthAxios({ adapter: api.adapter })
    const failing = first.get('/a').catch((error: AxiosError) => error)
    await settled()
    const other = createAuthAxios({ origins: ['https://api.example.com'] })
    await settled(other.request(((await failing) as AxiosError).config!))
    expect(api.tokens()).toEqual(['token-0', undefined])
  })
})

describe('the answers of the session server', () => {
  it('may come out of order: the token stays the newest', async () => {
    const server = startSessionServer()
    openHeldBack(server)
    await pass(JUST_BEFORE_EXPIRY)
    const old = server.session()
    const api = fakeApi()
    const client = createAuthAxios({ adapter: api.adapter })
    expect(await settled(client.get('/a'))).toEqual([200])
    // A plain provider shows what came last.
    const { fetch } = globalThis
    globalThis.fetch = (async () => ({ ok: true, json: async () => old })) as never
    act(tellOfSession)
    await pass(100)
    globalThis.fetch = fetch
    expect(screen.getByText('token-0')).toBeTruthy()
    expect(await settled(client.get('/b'))).toEqual([200])
    expect(api.tokens()).toEqual(['token-1', 'token-1'])
  })
})

describe('createAuthAxios', () => {
  it('asks where the provider is told that next-auth is, or where it is told itself', async () => {
    const server = startSessionServer()
    const asked: string[] = []
    const { fetch } = globalThis
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      asked.push(url)
      return fetch(url.replace(/^\/.*\/(session|csrf)$/, '/api/auth/$1'), init)
    }) as never
    jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    render(
      <SessionProvider session={server.session()} basePath="/app/auth">
        <RefreshTokenHandler setInterval={() => {}} basePath="/app/auth" />
      </SessionProvider>,
    )
    await pass(5_000)
    const api = fakeApi((token) => (token === 'token-0' ? 401 : 200))
    expect(await settled(createAuthAxios({ adapter: api.adapter }).get('/a'))).toEqual([200])
    expect(asked).toEqual(['/app/auth/csrf', '/app/auth/session', '/app/auth/session'])
    await pass(2 * LIFETIME * 1000)
    await settled(createAuthAxios({ adapter: api.adapter, basePath: '/elsewhere' }).get('/a'))
    expect(asked).toContain('/elsewhere/session')
    page.basePath = '/api/auth'
  })

  it.each([
    [{ transport: 'cookie' }, /"transport".*createBackendProxy/],
    [{ origins: 'https://api.example.com' }, /"origins"/],
    [{ origins: ['https://api.example.com/v1'] }, /"origins"/],
    [{ origins: ['api.example.com'] }, /"origins"/],
    [{ origins: ['ftp://api.example.com'] }, /"origins"/],
    [{ origins: ['*'] }, /"origins"/],
    [{ baseURL: 'http://' }, /"baseURL"/],
  ])('throws a TypeError for %j', (config, message) => {
    expect(() => createAuthAxios(config as never)).toThrow(TypeError)
    expect(() => createAuthAxios(config as never)).toThrow(message)
  })
})

describe.each([
  // The page is at http://localhost/
  [{}, '/a', true],
  [{}, 'a', true],
  [{}, 'http://localhost/a', true],
  [{}, 'http://localhost:3000/a', false],
  [{}, 'https://localhost/a', false],
  [{}, 'http://elsewhere.example/a', false],
  [{}, '//elsewhere.example/a', false],
  [{}, '/\\elsewhere.example/a', false],
  [{}, 'http://localhost@elsewhere.example/a', false],
  [{}, 'http://localhost.elsewhere.example/a', false],
  [{}, 'data:text/plain,a', false],
  [{ baseURL: '/api' }, '/a', true],
  [{ baseURL: 'https://api.example.com/v1' }, '/a', true],
  [{ baseURL: 'https://api.example.com' }, '@elsewhere.example/a', true],
  [{ baseURL: 'https://api.example.com/v1' }, 'https://api.example.com/a', true],
  [{ baseURL: 'https://api.example.com/v1' }, 'http://localhost/a', false],
  [{ baseURL: 'https://api.example.com/v1' }, 'https://elsewhere.example/a', false],
  [{ baseURL: 'https://api.example.com/v1', allowAbsoluteUrls: false }, 'https://elsewhere.example/a', true],
  [{ baseURL: 'https://cdn.example.com', origins: ['https://api.example.com'] }, '/a', false],
  [{ origins: ['https://api.example.com', 'https://b.example.com/'] }, 'https://b.example.com/a', true],
  [{ origins: ['https://api.example.com'] }, 'https://API.example.com:443/a', true],
  [{ origins: ['https://api.example.com'] }, '/a', false],
  [{ origins: [] }, '/a', false],
])('with %j, a request to %s', (config, url, carries) => {
  it(`carries ${carries ? 'the' : 'no'} token`, async () => {
    const server = startSessionServer()
    open(server)
    const api = fakeApi(() => (carries ? 200 : 401))
    expect(await settled(createAuthAxios({ ...config, adapter: api.adapter }).get(url))).toEqual([carries ? 200 : 401])
    expect(api.tokens()).toEqual([carries ? 'token-0' : undefined])
    expect(server.requests).toEqual([])
  })
})

it('judges a request by the baseURL that it brings itself', async () => {
  open(startSessionServer())
  const api = fakeApi()
  const client = createAuthAxios({ adapter: api.adapter, baseURL: 'https://api.example.com' })
  await settled(client.get('/a', { baseURL: 'https://elsewhere.example' }))
  client.defaults.baseURL = 'https://elsewhere.example'
  await settled(client.get('/a'))
  expect(api.tokens()).toEqual([undefined, undefined])
})

it('judges a request by what an interceptor has left of it, and not by what the client was made with', async () => {
  open(startSessionServer())
  const api = fakeApi()
  const baseURL = 'https://api.example.com'
  const strict = createAuthAxios({ adapter: api.adapter, baseURL, allowAbsoluteUrls: false })
  strict.interceptors.request.use((config) => {
    delete config.allowAbsoluteUrls
    return config
  })
  await settled(strict.get('https://elsewhere.example/a'))
  const bare = createAuthAxios({ adapter: api.adapter, baseURL })
  bare.interceptors.request.use((config) => {
    delete config.baseURL
    return config
  })
  await settled(bare.get('/a'))
  expect(api.tokens()).toEqual([undefined, undefined])
})
