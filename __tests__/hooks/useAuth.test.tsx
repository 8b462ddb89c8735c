import { act, render, screen, type RenderResult } from '@testing-library/react'
import { SessionProvider, signOut, useSession, type SessionProviderProps } from 'next-auth/react'
import { StrictMode, useEffect, useState, type ReactElement } from 'react'
import { RefreshSessionProvider, useAuth, type UseAuthOptions } from '../../components'
import { browser } from '../components/fake-router'
import { inFakeTime, LATENCY, pass, startSessionServer, stir, tellOfSession, type ServerOptions } from '../components/session-server'

jest.mock('next/router', () => jest.requireActual('../components/fake-router'))

inFakeTime()
beforeEach(() => browser.open('/'))

type Options = boolean | UseAuthOptions | undefined
type Props = { options?: Options; onRender?: (isAuthenticated: boolean) => void }

function Page({ options, onRender }: Props): ReactElement {
  const isAuthenticated = useAuth(options)
  onRender?.(isAuthenticated)
  return <p>{isAuthenticated === true ? 'signed in' : isAuthenticated === false ? 'signed out' : 'no boolean'}</p>
}

function show(session: SessionProviderProps['session'], options?: Options): RenderResult {
  return render(
    <SessionProvider {...(session !== undefined && { session })}>
      <Page options={options} />
    </SessionProvider>,
  )
}

/** For someone whom the server doesn't know. */
function showSignedOut(options?: Options): RenderResult {
  startSessionServer().is.signedIn = false
  return show(null, options)
}

/** What the page says. */
const shown = () => screen.getAllByText(/./).map(({ textContent }) => textContent)

/** Long enough for a sign-out, all its requests, and a redirect. */
const settle = () => pass(10 * LATENCY)

/** A server whose session is over. */
function overServer(options?: ServerOptions) {
  const server = startSessionServer(options)
  server.is.over = true
  return server
}

describe('the answer of useAuth', () => {
  it('is true for a live session', () => {
    show(startSessionServer().session())
    expect(shown()).toEqual(['signed in'])
  })

  it('is false for no session', () => {
    showSignedOut()
    expect(shown()).toEqual(['signed out'])
  })

  it('is false for a session that is over', async () => {
    show(overServer().session())
    expect(shown()).toEqual(['signed out'])
    await settle()
  })

  it('is true for a session with an error that is not the end of it', () => {
    show({ ...startSessionServer().session(), error: 'SomethingElse' } as never)
    expect(shown()).toEqual(['signed in'])
  })

  it('is false while the session is loading, and true once it is there', async () => {
    startSessionServer()
    browser.open('/dashboard')
    show(undefined, true)
    expect(shown()).toEqual(['signed out'])
    await pass(LATENCY - 1)
    expect(shown()).toEqual(['signed out'])
    await pass(1)
    expect(shown()).toEqual(['signed in'])
    expect(browser.redirects()).toEqual([])
  })

  it('stays true while `update()` loads', async () => {
    const server = startSessionServer()
    const answers: boolean[] = []
    const statuses = new Set<string>()
    function Update() {
      const { status, update } = useSession()
      statuses.add(status)
      return <button onClick={() => void update({ name: 'Grace' })}>update</button>
    }
    render(
      <SessionProvider session={server.session()}>
        <Page options onRender={(answer) => answers.push(answer)} />
        <Update />
      </SessionProvider>,
    )
    act(() => screen.getByText('update').click())
    await settle()
    expect(statuses).toEqual(new Set(['authenticated', 'loading']))
    expect(new Set(answers)).toEqual(new Set([true]))
    expect(browser.redirects()).toEqual([])
  })

  it('stays true through the renewals of a token', async () => {
    const server = startSessionServer()
    const answers: boolean[] = []
    render(
      <RefreshSessionProvider session={server.session()}>
        <Page options onRender={(answer) => answers.push(answer)} />
      </RefreshSessionProvider>,
    )
    await pass(900_000)
    expect(server.generation()).toBe(3)
    expect(new Set(answers)).toEqual(new Set([true]))
    expect(browser.redirects()).toEqual([])
  })

  it('becomes false when the user signs out', async () => {
    const server = startSessionServer()
    show(server.session())
    void signOut({ redirect: false })
    await settle()
    expect(shown()).toEqual(['signed out'])
    expect(server.signOuts().length).toBe(1)
  })
})

describe('roles', () => {
  it.each<[name: string, roles: string[] | undefined, wanted: string[] | undefined, answer: string]>([
    ['one of the wanted ones', ['editor', 'admin'], ['admin', 'owner'], 'signed in'],
    ['the only wanted one', ['admin'], ['admin'], 'signed in'],
    ['others than the wanted', ['editor'], ['admin'], 'signed out'],
    ['none', [], ['admin'], 'signed out'],
    ['none that the session tells of', undefined, ['admin'], 'signed out'],
    ['some, where none is wanted', ['editor'], undefined, 'signed in'],
    ['some, where nobody is wanted', ['editor'], [], 'signed out'],
    ['one that differs in its case', ['Admin'], ['admin'], 'signed out'],
    ['one that begins with the wanted one', ['administrator'], ['admin'], 'signed out'],
  ])('decide for a user who has %s', (_, roles, wanted, answer) => {
    const server = startSessionServer(roles && { roles })
    show(server.session(), wanted && { roles: wanted })
    expect(shown()).toEqual([answer])
  })

  it('that are no list are none', () => {
    const session = startSessionServer().session()
    show({ ...session, user: { ...session.user, roles: 'admin' } } as never, { roles: ['admin'] })
    expect(shown()).toEqual(['signed out'])
  })

  it('missing are no reason to sign the user out, or to lead them away', async () => {
    const server = startSessionServer({ roles: ['editor'] })
    browser.open('/admin')
    show(server.session(), { redirect: true, roles: ['admin'] })
    await settle()
    expect(browser.redirects()).toEqual([])
    expect(server.signOuts()).toEqual([])
  })

  it('do not help where the session is over', async () => {
    const server = overServer({ roles: ['admin'] })
    show(server.session(), { roles: ['admin'] })
    expect(shown()).toEqual(['signed out'])
    await settle()
  })
})

describe('someone signed out', () => {
  it.each([
    ['a page', '/dashboard', '/login?callbackUrl=%2Fdashboard'],
    ['the home page', '/', '/login?callbackUrl=%2F'],
    ['a page with query and hash', '/orders?page=2&q=a#row-7', '/login?callbackUrl=%2Forders%3Fpage%3D2%26q%3Da%23row-7'],
  ])('is led to the login page, which is told the way back to %s', async (_, address, login) => {
    browser.open(address)
    showSignedOut(true)
    await settle()
    expect(browser.address()).toBe(login)
    expect(browser.redirects()).toEqual([login])
  })

  it.each<[name: string, options: Options]>([
    ['nothing is said', undefined],
    ['`false`', false],
    ['no option', {}],
    ['other options', { loginPath: '/sign-in', roles: [] }],
    ['`redirect: false`', { redirect: false }],
  ])('stays where they are without redirects: %s', async (_, options) => {
    browser.open('/dashboard')
    showSignedOut(options)
    await settle()
    expect(browser.redirects()).toEqual([])
  })

  it.each<[name: string, options: Options]>([
    ['`true`', true],
    ['`redirect: true`', { redirect: true }],
  ])('is led away with redirects: %s', async (_, options) => {
    browser.open('/dashboard')
    showSignedOut(options)
    await settle()
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
  })

  it('goes to a login page of another name', async () => {
    browser.open('/dashboard')
    showSignedOut({ redirect: true, loginPath: '/account/sign-in?theme=dark' })
    await settle()
    expect(browser.redirects()).toEqual(['/account/sign-in?theme=dark&callbackUrl=%2Fdashboard'])
  })

  it.each(['/login', '/login?callbackUrl=%2Fdashboard', '/login#form'])('stays on the login page: %s', async (address) => {
    browser.open(address)
    showSignedOut(true)
    await settle()
    expect(browser.redirects()).toEqual([])
  })

  it.each([
    ['the address', '/login/?callbackUrl=%2Fdashboard%2F', '/login'],
    ['the option', '/login?callbackUrl=%2Fdashboard', '/login/'],
  ])('stays on the login page where %s ends with a slash', async (_, address, loginPath) => {
    browser.open(address)
    showSignedOut({ redirect: true, loginPath })
    await settle()
    expect(browser.redirects()).toEqual([])
  })

  it('causes no request on the login page', async () => {
    browser.open('/login')
    const server = startSessionServer()
    server.is.signedIn = false
    show(null, true)
    await pass(120_000)
    expect(server.requests).toEqual([])
  })

  it('tells the login page the whole way back where the app has a base path', async () => {
    browser.open('/orders?page=2', { basePath: '/shop' })
    showSignedOut(true)
    await settle()
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fshop%2Forders%3Fpage%3D2'])
  })

  it('waits until the router knows its address', async () => {
    browser.open('/orders', { isReady: false })
    showSignedOut(true)
    await settle()
    expect(browser.redirects()).toEqual([])

    browser.open('/orders?page=2', { isReady: true })
    await settle()
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Forders%3Fpage%3D2'])
  })

  it('is led away once the fetched session turns out to be none', async () => {
    const server = startSessionServer()
    server.is.signedIn = false
    browser.open('/dashboard')
    show(undefined, true)
    expect(browser.redirects()).toEqual([])
    await settle()
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
  })

  it('is led away from a page on which they sign out', async () => {
    browser.open('/dashboard')
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual([])
    void signOut({ redirect: false })
    await settle()
    expect(browser.address()).toBe('/login?callbackUrl=%2Fdashboard')
  })
})

describe('someone signed in, on the login page', () => {
  const login = (wayBack: string) => `/login?callbackUrl=${encodeURIComponent(wayBack)}`

  it.each([
    ['a path', '/dashboard', '/dashboard'],
    ['a path with query and hash', '/orders?page=2&q=a#row-7', '/orders?page=2&q=a#row-7'],
    ['an absolute address of this origin', 'http://localhost/orders?page=2', '/orders?page=2'],
  ])('goes back to where they came from: %s', async (_, wayBack, address) => {
    browser.open(login(wayBack))
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual([address])
  })

  it('goes back below the base path of the app, which the router adds by itself', async () => {
    browser.open(login('/shop/orders?page=2'), { basePath: '/shop' })
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual(['/orders?page=2'])
  })

  it.each([
    ['no way back', '/login'],
    ['another origin', login('https://evil.example')],
    ['another port', login('http://localhost:8080/')],
    ['an origin that starts like this one', login('http://localhost.evil.example/')],
    ['two slashes', login('//evil.example')],
    ['three slashes', login('///evil.example')],
    ['slash and backslash', login('/\\evil.example')],
    ['a tab between slashes', login('/\t/evil.example')],
    ['a newline before slashes', login('\n//evil.example')],
    ['javascript', login('javascript:alert(1)')],
    ['data', login('data:text/html,x')],
    ['a blob', login('blob:http://localhost/0e5b')],
    ['the login page itself', login('/login?callbackUrl=%2Flogin')],
    ['no address at all', login('http://')],
  ])('goes home where the address holds %s', async (_, address) => {
    browser.open(address)
    show(startSessionServer().session(), { redirect: true, homePath: '/home?welcome=1' })
    await settle()
    expect(browser.redirects()).toEqual(['/home?welcome=1'])
  })

  it('goes back where addresses end with a slash', async () => {
    browser.open('/login/?callbackUrl=%2Forders%2F%3Fpage%3D2')
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual(['/orders/?page=2'])
  })

  it('goes to `/` unless told otherwise', async () => {
    browser.open('/login')
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual(['/'])
  })

  it('knows a login page of another name', async () => {
    browser.open('/sign-in?callbackUrl=%2Fdashboard')
    show(startSessionServer().session(), { redirect: true, loginPath: '/sign-in' })
    await settle()
    expect(browser.redirects()).toEqual(['/dashboard'])
  })

  it('stays without redirects', async () => {
    browser.open(login('/dashboard'))
    show(startSessionServer().session())
    await settle()
    expect(browser.redirects()).toEqual([])
  })

  it('waits until the router knows the way back', async () => {
    browser.open('/login', { isReady: false })
    show(startSessionServer().session(), true)
    await settle()
    expect(browser.redirects()).toEqual([])
    browser.open(login('/dashboard'))
    await settle()
    expect(browser.redirects()).toEqual(['/dashboard'])
  })

  it('returns to where they were, after being led away and signing in', async () => {
    const server = startSessionServer()
    const session = server.session()
    server.is.signedIn = false
    browser.open('/orders?page=2#row-7')
    const { unmount } = show(null, true)
    await settle()
    unmount()
    server.is.signedIn = true
    show(session, true)
    await settle()
    expect(browser.address()).toBe('/orders?page=2#row-7')
  })
})

describe('a session that is over', () => {
  it('is signed out with one request, and the user is led to the login page with the way back', async () => {
    const server = overServer()
    browser.open('/orders?page=2#row-7')
    show(server.session(), true)
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(server.is.signedIn).toBe(false)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Forders%3Fpage%3D2%23row-7'])
  })

  it('is signed out silently without redirects', async () => {
    // What jsdom says of a page that is loaded anew.
    const complain = jest.spyOn(console, 'error').mockImplementation(() => {})
    const server = overServer()
    browser.open('/orders')
    show(server.session())
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(server.is.signedIn).toBe(false)
    expect(browser.redirects()).toEqual([])
    expect(shown()).toEqual(['signed out'])
    expect(complain).not.toHaveBeenCalled()
  })

  it('leaves the user on the login page', async () => {
    const server = overServer()
    browser.open('/login?callbackUrl=%2Forders')
    show(server.session(), true)
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(browser.redirects()).toEqual([])
  })

  it('is found out by a poll within one lifetime, and signed out once', async () => {
    const server = startSessionServer()
    browser.open('/dashboard')
    render(
      <RefreshSessionProvider session={server.session()}>
        <Page options />
      </RefreshSessionProvider>,
    )
    await pass(400_000)
    expect(shown()).toEqual(['signed in'])
    server.is.over = true
    await pass(300_000)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
    expect(server.signOuts().length).toBe(1)
    const requests = server.requests.length
    await pass(3_600_000)
    expect(server.requests.length).toBe(requests)
  })

  it('is signed out once by many components', async () => {
    const server = overServer()
    browser.open('/dashboard')
    render(
      <SessionProvider session={server.session()}>
        <Page options />
        <Page />
        <Page options={{ redirect: true, roles: ['admin'] }} />
      </SessionProvider>,
    )
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
  })

  it('is signed out once by a page that renders again and again', async () => {
    const server = overServer()
    function Busy() {
      const [, tick] = useState(0)
      useEffect(() => {
        const timer = setInterval(() => {
          tick((count) => count + 1)
          stir()
        }, 1)
        return () => clearInterval(timer)
      }, [])
      return <Page options={{ redirect: true }} />
    }
    render(
      <SessionProvider session={server.session()}>
        <Busy />
      </SessionProvider>,
    )
    await settle()
    expect(server.signOuts().length).toBe(1)
  })

  it('is signed out once by pages that follow one another', async () => {
    const server = overServer()
    const session = server.session()
    const app = (page: string) => (
      <SessionProvider session={session}>
        <Page key={page} />
      </SessionProvider>
    )
    const { rerender } = render(app('first'))
    rerender(app('second'))
    await pass(LATENCY)
    rerender(app('third'))
    await settle()
    expect(server.signOuts().length).toBe(1)
  })

  it('is signed out once in StrictMode', async () => {
    const server = overServer()
    browser.open('/dashboard')
    render(
      <StrictMode>
        <SessionProvider session={server.session()}>
          <Page options />
        </SessionProvider>
      </StrictMode>,
    )
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
  })

  it('is signed out once where the session is fetched again meanwhile', async () => {
    const server = overServer()
    show(server.session(), true)
    await pass(LATENCY / 2)
    tellOfSession()
    await settle()
    expect(server.signOuts().length).toBe(1)
  })

  it.each([
    ['by its name', false],
    ['by the live session in between, where the server gives it no name', true],
  ])('is told from the next one that is over: %s', async (_, plain) => {
    const server = overServer({ plain })
    browser.open('/dashboard')
    const { unmount } = show(server.session(), true)
    await settle()
    unmount()

    server.signIn()
    browser.open('/dashboard')
    show(server.session(), true)
    await settle()
    expect(shown()).toEqual(['signed in'])
    server.is.over = true
    tellOfSession()
    await settle()
    expect(server.signOuts().length).toBe(2)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
  })

  it.each([
    ['is refused', 'refusingSignOut'],
    ['gets no answer', 'offline'],
  ] as const)('leads to the login page also where the sign-out %s', async (_, trouble) => {
    jest.spyOn(console, 'error').mockImplementation(() => {})
    const server = startSessionServer()
    browser.open('/dashboard')
    show(server.session(), true)
    server.is.over = true
    tellOfSession()
    await pass(LATENCY)
    server.is[trouble] = true
    await settle()
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fdashboard'])
    expect(shown()).toEqual(['signed out'])
  })

  it('makes no storm of requests where the server refuses the sign-out', async () => {
    const server = overServer()
    server.is.refusingSignOut = true
    show(server.session(), true)
    await pass(2_000)
    expect(shown()).toEqual(['signed out'])
    expect(server.signOuts().length).toBeLessThanOrEqual(3)
  })

  it('crashes nothing where the sign-out gets no answer', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {})
    const server = startSessionServer()
    show(server.session())
    server.is.over = true
    tellOfSession()
    await pass(LATENCY)
    server.is.offline = true
    await settle()
    expect(server.signOuts().length).toBe(1)
    expect(shown()).toEqual(['signed out'])
    // A rejection that nobody handles would fail this test now.
    jest.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 10))
  })
})
