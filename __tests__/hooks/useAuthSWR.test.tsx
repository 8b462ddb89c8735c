import { act, render, screen } from '@testing-library/react'
import type { AxiosError } from 'axios'
import { signOut } from 'next-auth/react'
import { Component, Suspense, useState, type ReactElement, type ReactNode } from 'react'
import { SWRConfig, type Cache, type Key } from 'swr'
import { RefreshSessionProvider } from '../../components'
import { useAuthSWR, type AuthSWRConfig } from '../../hooks/useAuthSWR'
import { createAuthAxios } from '../../lib/client/auth-axios'
import { inFakeTime, LATENCY, pass, startSessionServer, stir, tellOfSession } from '../components/session-server'
import { fakeApi } from '../support/fake-api'

inFakeTime()

type Server = ReturnType<typeof startSessionServer>
type Config = AuthSWRConfig
type Api = ReturnType<typeof fakeApi>

/** Answers with whose token came, and to which URL. */
const echo = (status = 200) => fakeApi((token, { url }) => ({ status, data: `${url} for ${token}` }))

interface PageProps {
  of: Key
  config?: Config
}

function Page({ of: key, config }: PageProps): ReactElement {
  const { data, error, isLoading, mutate } = useAuthSWR(key, config)
  const [, setTurn] = useState(0)
  return (
    <div>
      <p>{isLoading ? 'loading' : error ? `error ${(error).response?.status ?? error}` : `data ${data}`}</p>
      <button onClick={() => void mutate('mutated', { revalidate: false }).then(() => setTurn((turn) => turn + 1))} />
    </div>
  )
}
const shown = () => screen.getAllByText(/loading|error|data/).map(({ textContent }) => textContent)

/** One cache a test. */
function open(server: Server, pages: ReactNode, cache: Cache = new Map() as Cache) {
  const within = (children: ReactNode) => (
    <RefreshSessionProvider session={server.session()}>
      <SWRConfig value={{ provider: () => cache, dedupingInterval: 0 }}>{children}</SWRConfig>
    </RefreshSessionProvider>
  )
  const view = render(within(pages))
  return { ...view, cache, show: (children: ReactNode) => view.rerender(within(children)) }
}

/** What suspends at once would never wake up from a rendering that nobody awaits. */
const openAwaited = (pages: ReactNode) => act(async () => void open(startSessionServer(), pages))

const using = (api: Api, config: Config = {}): Config => ({ axios: createAuthAxios({ adapter: api.adapter }), ...config })

/** In steps, so that what a timer starts gets on before the next one's time. */
async function go(milliseconds: number, step = 500): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) await pass(Math.min(left, step))
}
const settle = () => go(20 * LATENCY, LATENCY)
const textOf = (cache: Cache) => [...cache.keys()].map((key) => JSON.stringify(cache.get(key))).join()

async function leave() {
  act(() => void signOut({ redirect: false }).finally(stir))
  await settle()
}

describe('useAuthSWR', () => {
  it('fetches with the token of the session', async () => {
    const api = echo()
    open(startSessionServer(), <Page of="/me" config={using(api)} />)
    expect(shown()).toEqual(['loading'])
    await settle()
    expect(shown()).toEqual(['data /me for token-0'])
  })

  it('is loading, and fetches nothing, while the session is', async () => {
    const api = echo()
    startSessionServer()
    render(
      <RefreshSessionProvider>
        <SWRConfig value={{ provider: () => new Map() as Cache }}>
          <Page of="/me" config={using(api)} />
        </SWRConfig>
      </RefreshSessionProvider>,
    )
    await pass(LATENCY - 1)
    expect(shown()).toEqual(['loading'])
    expect(api.calls).toEqual([])
    await settle()
    expect(shown()).toEqual(['data /me for token-0'])
  })

  it.each([null, undefined, false, '', [], () => null, () => { throw new Error('not yet') }])('fetches nothing for the key %p', async (key) => {
    const api = echo()
    open(startSessionServer(), <Page of={key as Key} config={using(api)} />)
    expect(shown()).toEqual(['data undefined'])
    await settle()
    expect(shown()).toEqual(['data undefined'])
    expect(api.calls).toEqual([])
  })

  it('fetches nothing where nobody is signed in, or the session is over', async () => {
    const api = echo()
    const server = startSessionServer()
    server.is.over = true
    open(server, <Page of="/me" config={using(api)} />)
    await settle()
    expect(shown()).toEqual(['data undefined'])
    expect(api.calls).toEqual([])
  })

  it('takes a URL with axios’ own config, and functions that give a key', async () => {
    const api = fakeApi((_, { url, params }) => ({ status: 200, data: `${url} ${JSON.stringify(params)}` }))
    open(startSessionServer(), <Page of={() => ['/orders', { params: { page: 2 } }]} config={using(api)} />)
    await settle()
    expect(shown()).toEqual(['data /orders {"page":2}'])
  })

  it('gives its own fetcher the key as the app wrote it', async () => {
    const fetcher = jest.fn(async (key: unknown) => JSON.stringify(key))
    open(startSessionServer(), <Page of={['order', 7]} config={{ fetcher }} />)
    await settle()
    expect(shown()).toEqual(['data ["order",7]'])
    expect(fetcher.mock.calls).toEqual([[['order', 7]]])
  })

  it('says so where a key is no URL and there is no fetcher', async () => {
    open(startSessionServer(), <Page of={{ id: 7 }} config={{ shouldRetryOnError: false }} />)
    await settle()
    expect(shown()[0]).toMatch(/error TypeError: "key"/)
  })

  it('fetches nothing where the fetcher is null', async () => {
    open(startSessionServer(), <Page of="/me" config={{ fetcher: null as never }} />)
    await settle()
    expect(shown()).toEqual(['data undefined'])
  })

  it('shares one request, and one answer, as SWR does', async () => {
    const api = echo()
    const config = using(api, { dedupingInterval: 2_000 })
    open(startSessionServer(), [<Page key="a" of="/me" config={config} />, <Page key="b" of="/me" config={config} />])
    await settle()
    expect(api.calls).toHaveLength(1)
    expect(shown()).toEqual(['data /me for token-0', 'data /me for token-0'])
  })

  it('gives a mutate that is bound to the key', async () => {
    open(startSessionServer(), <Page of="/me" config={using(echo())} />)
    await settle()
    act(() => screen.getByRole('button').click())
    await settle()
    expect(shown()).toEqual(['data mutated'])
  })

  it('polls through renewals, with each new token', async () => {
    const server = startSessionServer()
    const api = echo()
    open(server, <Page of="/me" config={using(api, { refreshInterval: 10_000 })} />)
    await go(650_000, 2_500)
    expect(server.generation()).toBe(2)
    expect(api.calls.length).toBeGreaterThanOrEqual(60)
    expect(new Set(api.tokens())).toEqual(new Set(['token-0', 'token-1', 'token-2']))
  })

  it('works without a token in the browser, as behind a proxy', async () => {
    const server = startSessionServer()
    const { accessToken: _, ...hidden } = server.session()
    const api = echo()
    render(
      <RefreshSessionProvider session={hidden as never}>
        <SWRConfig value={{ provider: () => new Map() as Cache }}>
          <Page of="/api/proxy/me" config={using(api)} />
        </SWRConfig>
      </RefreshSessionProvider>,
    )
    await settle()
    expect(shown()).toEqual(['data /api/proxy/me for undefined'])
  })

  it('suspends where SWR would', async () => {
    await openAwaited(
      <Suspense fallback="waiting">
        <Page of="/me" config={using(echo(), { suspense: true })} />
      </Suspense>,
    )
    await settle()
    expect(shown()).toEqual(['data /me for token-0'])
  })
})

/** As SWR keeps it for an app's own key. */
const OF_NO_USER = { data: 'of no user', _k: ['next', 7] }

describe('the cache', () => {
  it('is gone at sign-out', async () => {
    const { cache } = open(startSessionServer(), <Page of="/me" config={using(echo())} />)
    await settle()
    expect(textOf(cache)).toContain('/me for token-0')
    await leave()
    expect(shown()).toEqual(['data undefined'])
    expect(textOf(cache)).not.toContain('token-0')
  })

  it('is gone also where no page shows it any more, while what is the app’s own stays', async () => {
    const { cache, show } = open(startSessionServer(), <Page of="/me" config={using(echo())} />)
    await settle()
    cache.set('mine', OF_NO_USER)
    show(null)
    expect(textOf(cache)).toContain('/me for token-0')
    await leave()
    expect(textOf(cache)).not.toContain('token-0')
    expect([...cache.keys()]).toEqual(['mine'])
    expect(cache.get('mine')).toEqual(OF_NO_USER)
  })

  it('takes no answer that comes after the sign-out', async () => {
    const late = { answer: () => {} }
    const fetcher = () => new Promise((resolve) => (late.answer = () => resolve('too late')))
    const { cache } = open(startSessionServer(), <Page of="/me" config={{ fetcher }} />)
    await settle()
    await leave()
    late.answer()
    await settle()
    expect(textOf(cache)).not.toContain('too late')
    expect(shown()).toEqual(['data undefined'])
  })

  it.each([{}, { keepPreviousData: true }, { fallbackData: 'from the page of Ada' }])('shows another user nothing of it, with %j', async (more) => {
    const server = startSessionServer()
    const api = fakeApi((token) => (token?.startsWith('Grace') ? new Promise<number>(() => {}) : { status: 200, data: token }))
    const config = using(api, more)
    const { cache } = open(server, [<Page key="a" of="/me" config={config} />, <Data key="b" of="/me" config={config} />])
    await settle()
    expect(shown()).toEqual(['data token-0'])
    screen.getByText('token-0')
    server.signIn('Grace')
    act(tellOfSession)
    await settle()
    expect(shown()).toEqual(['loading'])
    screen.getByText('undefined')
    expect(textOf(cache)).not.toContain('token-0')
  })

  it('stays while the session is unknown, as between two pages', async () => {
    const { cache, rerender } = open(startSessionServer(), <Page of="/me" config={using(echo())} />)
    await settle()
    rerender(<RefreshSessionProvider key="of the next page">{null}</RefreshSessionProvider>)
    await pass(LATENCY - 1)
    expect(textOf(cache)).toContain('token-0')
    await settle()
    expect(textOf(cache)).toContain('token-0')
  })

  it('shows what came with a page to nobody who is signed out', async () => {
    const server = startSessionServer()
    server.is.over = true
    open(server, <Data of="/me" config={using(echo(), { fallbackData: 'from the page' })} />)
    await settle()
    screen.getByText('undefined')
  })

  it('lets the previous data of the same user stay, if asked to', async () => {
    const server = startSessionServer()
    const api = fakeApi((token, { url }) => (url === '/b' ? new Promise<number>(() => {}) : { status: 200, data: token }))
    const config = using(api, { keepPreviousData: true })
    const { show } = open(server, <Data of="/a" config={config} />)
    await settle()
    show(<Data of="/b" config={config} />)
    await settle()
    expect(screen.getByText('token-0')).toBeTruthy()
    expect(api.calls).toHaveLength(2)
  })

  it('shows what came with the page until there is more', async () => {
    const api = fakeApi(() => new Promise<number>(() => {}))
    open(startSessionServer(), <Data of="/me" config={using(api, { fallbackData: 'from the page' })} />)
    expect(screen.getByText('from the page')).toBeTruthy()
    await settle()
    expect(screen.getByText('from the page')).toBeTruthy()
    await leave()
    expect(screen.queryByText('from the page')).toBeNull()
  })
})

function Data({ of: key, config }: PageProps): ReactElement {
  return <p>{String(useAuthSWR(key, config).data)}</p>
}

describe('an error of the backend', () => {
  it.each([400, 403, 404, 409, 422])('%d is shown, and not asked for again', async (status) => {
    const api = echo(status)
    open(startSessionServer(), <Page of="/me" config={using(api)} />)
    await go(60_000, 2_500)
    expect(shown()).toEqual([`error ${status}`])
    expect(api.calls).toHaveLength(1)
  })

  it('401 is answered with a renewal, and shown when it stays', async () => {
    const server = startSessionServer()
    const api = echo(401)
    open(server, <Page of="/me" config={using(api)} />)
    await go(30_000)
    expect(shown()).toEqual(['error 401'])
    expect(server.updates()).toHaveLength(1)
    expect(api.tokens()).toEqual(['token-0', 'token-1'])
  })

  it.each([
    [429, '30', 30_000],
    [503, '120', 120_000],
    [503, new Date(1_700_000_000_250 + 60_000).toUTCString(), 60_000],
  ])('%d with Retry-After %s is tried again then', async (status, header, milliseconds) => {
    const api = fakeApi(() => (api.calls.length > 1 ? { status: 200, data: 'healed' } : { status, headers: { 'retry-after': header } }))
    open(startSessionServer(), <Page of="/me" config={using(api)} />)
    await go(milliseconds - 1_500)
    expect(api.calls).toHaveLength(1)
    await go(2_000)
    expect(api.calls).toHaveLength(2)
    expect(shown()).toEqual(['data healed'])
  })

  it('is not tried again within a second, whatever Retry-After says', async () => {
    const api = fakeApi(() => ({ status: 429, headers: { 'retry-after': '0' } }))
    open(startSessionServer(), <Page of="/me" config={using(api)} />)
    await go(900, 100)
    expect(api.calls).toHaveLength(1)
    await go(1_000, 100)
    expect(api.calls).toHaveLength(2)
  })

  it.each([408, 425, 429, 500, 503])('%d is tried again by SWR’s own backoff', async (status) => {
    const api = fakeApi(() => (api.calls.length > 1 ? { status: 200, data: 'healed' } : status))
    open(startSessionServer(), <Page of="/me" config={using(api)} />)
    await go(20_000)
    expect(shown()).toEqual(['data healed'])
  })

  it('is tried as often as the app says', async () => {
    const api = fakeApi(() => ({ status: 503, headers: { 'retry-after': '1' } }))
    open(startSessionServer(), <Page of="/me" config={using(api, { errorRetryCount: 3 })} />)
    await go(30_000)
    expect(api.calls).toHaveLength(4)
  })

  it('does not end the polls', async () => {
    const api = fakeApi(() => (api.calls.length > 3 ? { status: 200, data: 'healed' } : 404))
    open(startSessionServer(), <Page of="/me" config={using(api, { refreshInterval: 5_000 })} />)
    await go(60_000)
    expect(shown()).toEqual(['data healed'])
    expect(api.calls.length).toBeGreaterThan(8)
  })

  it('is left to the app’s own onErrorRetry, here or for all', async () => {
    const [here, forAll] = [jest.fn(), jest.fn()]
    const config = using(echo(404))
    open(startSessionServer(), [
      <Page key="a" of="/a" config={{ ...config, onErrorRetry: here }} />,
      <SWRConfig key="b" value={{ onErrorRetry: forAll }}>
        <Page of="/b" config={config} />
      </SWRConfig>,
    ])
    await settle()
    expect([here.mock.calls.length, forAll.mock.calls.length]).toEqual([1, 1])
  })

  it('says so while an expired token can’t be renewed, and is gone with the outage', async () => {
    const server = startSessionServer()
    const api = fakeApi((token) => ((server.session().accessTokenExpiry ?? 0) <= server.now() || server.session().accessToken !== token ? 401 : { status: 200, data: token }))
    open(server, <Page of="/me" config={using(api, { refreshInterval: 10_000 })} />)
    server.is.stuck = true
    await go(320_000, 2_500)
    expect(shown()).toEqual([expect.stringContaining('could not be renewed yet')])
    server.is.stuck = false
    await go(120_000, 2_500)
    expect(shown()).toEqual(['data token-1'])
    expect(server.generation()).toBe(1)
  })

  it('reaches the error boundary in suspense', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {})
    await openAwaited(
      <Boundary>
        <Suspense fallback="waiting">
          <Page of="/me" config={using(echo(500), { suspense: true })} />
        </Suspense>
      </Boundary>,
    )
    await settle()
    expect(screen.getByText('caught 500')).toBeTruthy()
  })
})

class Boundary extends Component<{ children: ReactNode }, { error?: AxiosError }> {
  override state: { error?: AxiosError } = {}
  static getDerivedStateFromError = (error: AxiosError) => ({ error })
  override render() {
    return this.state.error ? <p>caught {this.state.error.response?.status}</p> : this.props.children
  }
}
