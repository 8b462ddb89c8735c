import { act, render, screen } from '@testing-library/react'
import { SessionProvider, useSession } from 'next-auth/react'
import { StrictMode, type ReactElement } from 'react'
import {
  RefreshSessionProvider,
  RefreshTokenHandler,
  RequireAuth,
  useAccessToken,
  useAuth,
  type RefreshedSession,
} from '../../components'
import { browser } from './fake-router'
import { inFakeTime, LATENCY, pass, startSessionServer } from './session-server'

jest.mock('next/router', () => jest.requireActual('./fake-router'))

inFakeTime()
beforeEach(() => browser.open('/here'))

/** Seconds: the default of `startSessionServer`. */
const LIFETIME = 300

function Page({ isOpen = false }): ReactElement {
  const isAuthenticated = useAuth(!isOpen)
  const { status } = useSession()
  return (
    <p>
      {isAuthenticated ? 'signed in' : 'signed out'}, {status}, {useAccessToken() ?? 'no token'}
    </p>
  )
}
const shown = () => screen.getByText(/signed/).textContent

describe.each([
  ['RefreshSessionProvider', false],
  ['RefreshSessionProvider in StrictMode', true],
])('the last good session, held by %s', (_, isStrict) => {
  function open(server: ReturnType<typeof startSessionServer>) {
    const app = (
      <RefreshSessionProvider session={server.session()}>
        <Page />
      </RefreshSessionProvider>
    )
    return render(isStrict ? <StrictMode>{app}</StrictMode> : app)
  }

  it('outlives failed polls, and is renewed when they succeed again', async () => {
    const server = startSessionServer()
    open(server)
    server.is.offline = true
    await pass(2 * LIFETIME * 1000)
    expect(shown()).toBe('signed in, authenticated, token-0')
    server.is.offline = false
    await pass(60_000)
    expect(shown()).toBe('signed in, authenticated, token-1')
    expect(browser.redirects()).toEqual([])
  })

  it('is asked for ever less often meanwhile', async () => {
    const server = startSessionServer()
    open(server)
    server.is.offline = true
    await pass(LIFETIME * 1000)
    const before = server.polls().length
    await pass(600_000)
    expect(server.polls().length - before).toBeLessThanOrEqual(41)
  })

  it('is given up when the server says that it is gone, and the user is led away once', async () => {
    const server = startSessionServer()
    open(server)
    server.is.signedIn = false
    await pass(LIFETIME * 1000)
    expect(shown()).toBe('signed out, unauthenticated, no token')
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fhere'])
  })
})

describe.each<[string, (session?: null) => ReactElement]>([
  ['RefreshSessionProvider', (session) => <RefreshSessionProvider {...(session === null && { session })}>{<Page isOpen />}</RefreshSessionProvider>],
  [
    'RefreshTokenHandler',
    (session) => (
      <SessionProvider {...(session === null && { session })}>
        <Page isOpen />
        <RefreshTokenHandler setInterval={() => {}} />
      </SessionProvider>
    ),
  ],
])('the first session request of a page for everyone, with %s', (_, app) => {
  it('may fail: the session is taken when it comes', async () => {
    const server = startSessionServer()
    server.is.offline = true
    render(app())
    await pass(30_000)
    expect(shown()).toBe('signed out, unauthenticated, no token')
    server.is.offline = false
    await pass(60_000)
    expect(shown()).toBe('signed in, authenticated, token-0')
  })

  it('is made once more where it finds nobody, and no further', async () => {
    const server = startSessionServer()
    server.is.signedIn = false
    render(app())
    await pass(LATENCY)
    expect(shown()).toBe('signed out, unauthenticated, no token')
    await pass(LIFETIME * 1000)
    expect(server.requests).toHaveLength(2)
  })

  it('is not made where the page says that nobody is signed in', async () => {
    const server = startSessionServer()
    server.is.signedIn = false
    render(app(null))
    expect(shown()).toBe('signed out, unauthenticated, no token')
    await pass(LIFETIME * 1000)
    expect(server.requests).toEqual([])
  })
})

it('takes a newer session from the page, and no older one', async () => {
  const server = startSessionServer()
  const old = server.session()
  const { rerender } = render(<RefreshSessionProvider session={old}>{<Page />}</RefreshSessionProvider>)
  await pass(LIFETIME * 1000)
  expect(shown()).toBe('signed in, authenticated, token-1')
  rerender(<RefreshSessionProvider session={{ ...old }}>{<Page />}</RefreshSessionProvider>)
  await pass(100)
  expect(shown()).toBe('signed in, authenticated, token-1')
  const newer = server.session()
  const ahead = { ...newer, accessToken: 'from the page', tokenRefresh: { ...newer.tokenRefresh, generation: 7 } }
  rerender(<RefreshSessionProvider session={ahead}>{<Page />}</RefreshSessionProvider>)
  await pass(100)
  expect(shown()).toBe('signed in, authenticated, from the page')
})

it('is revived by RefreshTokenHandler beside a plain SessionProvider', async () => {
  const server = startSessionServer()
  const setInterval = jest.fn()
  render(
    <SessionProvider session={server.session()}>
      <RefreshTokenHandler setInterval={setInterval} />
      <Page />
    </SessionProvider>,
  )
  server.is.offline = true
  act(() => void window.dispatchEvent(new StorageEvent('storage', {
    key: 'nextauth.message',
    newValue: JSON.stringify({ event: 'session', data: { trigger: 'getSession' } }),
  })))
  await pass(10_000)
  expect(shown()).toContain('unauthenticated')
  server.is.offline = false
  await pass(60_000)
  expect(shown()).toBe('signed in, authenticated, token-0')
  expect(browser.redirects()).toEqual([])
})

it('gives those who use fetch another token when they ask for one, and no page notices', async () => {
  const server = startSessionServer()
  const got: unknown[] = []
  function Ask(): ReactElement {
    const { data, update } = useSession()
    const { generation } = (data as RefreshedSession).tokenRefresh ?? {}
    return <button onClick={() => void update({ tokenRefresh: { renew: generation } }).then((fresh) => got.push(fresh))} />
  }
  render(
    <RefreshSessionProvider session={server.session()}>
      <Page />
      <Ask />
    </RefreshSessionProvider>,
  )
  await pass(6_000)
  act(() => screen.getByRole('button').click())
  expect(shown()).toContain('signed in')
  await pass(1_000)
  expect(got).toEqual([expect.objectContaining({ accessToken: 'token-1' })])
  expect(shown()).toBe('signed in, authenticated, token-1')
  expect(server.updates()).toHaveLength(1)
})

describe('RequireAuth', () => {
  it('shows its children to the signed-in', () => {
    render(
      <RefreshSessionProvider session={startSessionServer().session()}>
        <RequireAuth fallback="wait">inside</RequireAuth>
      </RefreshSessionProvider>,
    )
    expect(screen.getByText('inside')).toBeTruthy()
  })

  it('shows its fallback to others, and leads them to the login page', async () => {
    startSessionServer().is.signedIn = false
    render(
      <RefreshSessionProvider session={null}>
        <RequireAuth fallback="wait">inside</RequireAuth>
      </RefreshSessionProvider>,
    )
    expect(screen.getByText('wait')).toBeTruthy()
    await pass(1_000)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fhere'])
    expect(screen.queryByText('inside')).toBeNull()
  })

  it('calls onForbidden, once, for a signed-in user without the role', async () => {
    const onForbidden = jest.fn()
    const server = startSessionServer({ roles: ['user'] })
    render(
      <RefreshSessionProvider session={server.session()}>
        <RequireAuth roles={['admin']} onForbidden={() => onForbidden()} fallback="not for you">
          inside
        </RequireAuth>
      </RefreshSessionProvider>,
    )
    await pass(LIFETIME * 1000)
    expect(screen.getByText('not for you')).toBeTruthy()
    expect(onForbidden).toHaveBeenCalledTimes(1)
    expect(browser.redirects()).toEqual([])
  })
})

it('lets one tab take the turn, and the others poll later', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5)
  const server = startSessionServer()
  const name = () => server.session().tokenRefresh!.session
  const plan = () => {
    const setInterval = jest.fn()
    const view = render(
      <SessionProvider session={server.session()}>
        <RefreshTokenHandler setInterval={setInterval} />
      </SessionProvider>,
    )
    const [seconds] = setInterval.mock.lastCall as [number]
    view.unmount()
    return seconds
  }
  const first = plan()
  expect(plan()).toBe(first)

  // Another tab of this browser comes first to the next session.
  const stored: [string, string][] = Object.entries({ ...localStorage })
  const [key, turn] = stored.find(([, value]) => value.includes(name()))!
  const before = name()
  server.signIn()
  localStorage.setItem(key, turn.replace(before, name()))
  expect(plan()).toBeGreaterThan(first)

  // Private modes may have no storage at all.
  server.signIn()
  jest.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new Error('no storage')
  })
  expect(plan()).toBeGreaterThan(first)
})
