import { render } from '@testing-library/react'
import { SessionProvider, useSession, type SessionProviderProps } from 'next-auth/react'
import { StrictMode, useEffect, useState, type ReactElement } from 'react'
import { RefreshSessionProvider, RefreshTokenHandler } from '../../components'
import { againstLoops, inFakeTime, LATENCY, pass, START, startSessionServer, stir, tellOfSession } from './session-server'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
/** The longest delay, in seconds, that a browser's timer holds. */
const TIMER_MAX = 2_147_483

type AppProps = Pick<SessionProviderProps, 'session'>

/** Piece by piece, next to a provider of one's own. */
function Pieces({ session }: AppProps): ReactElement {
  const [interval, setInterval] = useState(0)
  return (
    <SessionProvider {...(session !== undefined && { session })} refetchInterval={interval}>
      <RefreshTokenHandler setInterval={setInterval} />
    </SessionProvider>
  )
}

/** The short way. */
function Short({ session }: AppProps): ReactElement {
  return <RefreshSessionProvider {...(session !== undefined && { session })}>{null}</RefreshSessionProvider>
}

/** As most people write it: the function is another one on each render. */
function Inline({ session }: AppProps): ReactElement {
  const [interval, setInterval] = useState(0)
  const [guard] = useState(againstLoops)
  guard()
  return (
    <SessionProvider {...(session !== undefined && { session })} refetchInterval={interval}>
      <RefreshTokenHandler setInterval={(seconds) => setInterval(seconds)} />
    </SessionProvider>
  )
}

inFakeTime()

const WINDOWS: [name: string, lifetime: number, window: number][] = [
  ['10 s', 10, 5],
  ['30 s', 30, 15],
  ['5 min', 5 * MINUTE, 75],
  ['1 h', HOUR, 900],
  ['24 h', DAY, HOUR],
]

describe.each([
  ['RefreshTokenHandler', Pieces],
  ['RefreshTokenHandler with an inline function', Inline],
  ['RefreshSessionProvider', Short],
])('%s', (_name, App) => {
  it.each(WINDOWS)('polls inside the window, once a lifetime, for lifetimes of %s', async (_, lifetime, window) => {
    const server = startSessionServer({ lifetime, window })
    render(<App session={server.session()} />)
    await pass(8 * lifetime * 1000)

    expect(server.phases()).toEqual(server.polls().map(() => 'due'))
    expect(server.polls().length).toBe(server.generation())
    expect(server.generation()).toBeGreaterThanOrEqual(8)
  })

  it.each([
    ['earliest', 0],
    ['latest', 0.999_999],
  ])('polls inside the window where jitter puts it %s', async (_, random) => {
    jest.spyOn(Math, 'random').mockReturnValue(random)
    for (const [, lifetime, window] of WINDOWS) {
      const server = startSessionServer({ lifetime, window })
      const { unmount } = render(<App session={server.session()} />)
      await pass(4 * lifetime * 1000)
      expect(server.generation()).toBeGreaterThanOrEqual(3)
      expect(server.phases()).toEqual(server.phases().map(() => 'due'))
      unmount()
    }
  })

  it('polls at the longest that a timer holds for lifetimes of 30 days, and then inside the window', async () => {
    const server = startSessionServer({ lifetime: 30 * DAY, window: HOUR })
    render(<App session={server.session()} />)
    await pass(TIMER_MAX * 1000 - 1)
    expect(server.requests).toEqual([])
    await pass(1 + LATENCY)
    expect(server.polls()).toMatchObject([{ at: START + TIMER_MAX * 1000, phase: 'fresh' }])

    await pass(90 * DAY * 1000 - TIMER_MAX * 1000)
    expect(server.generation()).toBe(3)
    expect(server.phases()).toEqual(['fresh', 'due', 'fresh', 'due', 'fresh', 'due'])
  })

  it('polls inside the window for a session that had to be fetched', async () => {
    const server = startSessionServer()
    render(<App />)
    await pass(250_000 + LATENCY)
    expect(server.phases()).toEqual(['fresh', 'due'])
  })

  it('takes the window from the server', async () => {
    const server = startSessionServer({ lifetime: HOUR, window: 2 * MINUTE })
    render(<App session={server.session()} />)
    await pass(HOUR * 1000)
    expect(server.polls()).toMatchObject([{ phase: 'due' }])
  })

  it('plans anew when the session is asked for in between', async () => {
    const server = startSessionServer()
    render(<App session={server.session()} />)
    await pass(100_000)
    tellOfSession()
    await pass(200_000)
    expect(server.phases()).toEqual(['fresh', 'due'])
  })

  it('polls again after a poll that changed nothing, and in time', async () => {
    const server = startSessionServer()
    server.is.stuck = true
    render(<App session={server.session()} />)
    await pass(270_000)
    expect(server.polls().length).toBeGreaterThanOrEqual(2)
    expect(server.generation()).toBe(0)

    server.is.stuck = false
    await pass(30_000)
    expect(server.generation()).toBe(1)
    expect(server.phases()).toEqual(server.phases().map(() => 'due'))
  })

  it('polls ever less often while a long outage lasts, and soon after it', async () => {
    const server = startSessionServer()
    server.is.stuck = true
    render(<App session={server.session()} />)
    await pass(HOUR * 1000)
    const tries = server.polls().length
    // One a minute, and a few more on the way there.
    expect(tries).toBeGreaterThan(50)
    expect(tries).toBeLessThan(80)

    server.is.stuck = false
    await pass(62_000)
    expect(server.generation()).toBe(1)
    expect(server.polls().length).toBe(tries + 1)
  })

  it('keeps the pause that the server asks for', async () => {
    const server = startSessionServer()
    server.is.retryAt = START + 280_000
    render(<App session={server.session()} />)
    await pass(279_999)
    expect(server.requests).toEqual([])
    await pass(1_100)
    expect(server.polls()).toMatchObject([{ phase: 'due' }])
  })

  it.each([
    ['10 min ahead', 600_000],
    ['10 min behind', -600_000],
    ['a year ahead', 365 * DAY * 1000],
    ['at the epoch', -START],
  ])("does not mind a browser's clock that is %s", async (_, skew) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5)
    const pollsWith = async (browserTime: number) => {
      jest.setSystemTime(browserTime)
      const server = startSessionServer()
      const { unmount } = render(<App session={server.session()} />)
      await pass(900_000)
      unmount()
      expect(server.phases()).toEqual(['due', 'due', 'due'])
      return server.polls()
    }
    const usual = await pollsWith(START)
    expect(await pollsWith(START + skew)).toEqual(usual)
  })

  it('still polls inside the window where the clock jumps ahead while the page is open', async () => {
    const server = startSessionServer()
    render(<App session={server.session()} />)
    await pass(100_000)
    jest.setSystemTime(Date.now() + 3_600_000)
    await pass(200_000)
    expect(server.polls().at(-1)).toMatchObject({ phase: 'due' })
    expect(server.polls().length).toBeLessThanOrEqual(2)
    expect(server.generation()).toBe(1)
  })

  it('changes nothing by being mounted twice, as StrictMode does', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5)
    const requestsOf = async (app: (session: NonNullable<AppProps['session']>) => ReactElement, duration: number) => {
      const server = startSessionServer()
      const { unmount } = render(app(server.session()))
      await pass(duration)
      unmount()
      return server.polls().length
    }
    // next-auth's own provider asks once more when it is mounted twice.
    const ofNextAuth = await requestsOf(
      (session) => (
        <StrictMode>
          <SessionProvider session={session}>{null}</SessionProvider>
        </StrictMode>
      ),
      10_000,
    )
    const strict = (session: AppProps['session']) => (
      <StrictMode>
        <App session={session!} />
      </StrictMode>
    )
    expect(await requestsOf(strict, 10_000)).toBe(ofNextAuth)
    const plain = await requestsOf((session) => <App session={session} />, 1_000_000)
    expect(plain).toBe(4)
    expect(await requestsOf(strict, 1_000_000)).toBe(plain + ofNextAuth)
  })

  it('leaves no timer behind', async () => {
    const server = startSessionServer()
    const { unmount } = render(<App session={server.session()} />)
    await pass(400_000)
    expect(jest.getTimerCount()).toBeGreaterThan(0)
    unmount()
    expect(jest.getTimerCount()).toBe(0)
    const before = server.requests.length
    await pass(HOUR * 1000)
    expect(server.requests.length).toBe(before)
  })

  it('leaves no timer behind in StrictMode', async () => {
    const server = startSessionServer()
    const { unmount } = render(
      <StrictMode>
        <App session={server.session()} />
      </StrictMode>,
    )
    await pass(1_000)
    expect(jest.getTimerCount()).toBeGreaterThan(0)
    unmount()
    expect(jest.getTimerCount()).toBe(0)
  })

  it.each<[name: string, session: (server: ReturnType<typeof startSessionServer>) => AppProps['session']]>([
    ['there is none', () => null],
    [
      'it is over',
      (server) => {
        server.is.over = true
        return server.session()
      },
    ],
    ['it has no expiry', () => ({ user: { name: 'Ada' }, expires: '2099-01-01T00:00:00.000Z' })],
  ])('asks for no session where %s', async (_, session) => {
    const server = startSessionServer()
    render(<App session={session(server)!} />)
    expect(jest.getTimerCount()).toBe(0)
    await pass(DAY * 1000)
    expect(server.requests).toEqual([])
  })

  it('stops when the session is over', async () => {
    const server = startSessionServer()
    render(<App session={server.session()} />)
    server.is.over = true
    await pass(300_000)
    const { length } = server.requests
    expect(length).toBeGreaterThanOrEqual(1)
    await pass(DAY * 1000)
    expect(server.requests.length).toBe(length)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('stops when the user has signed out', async () => {
    const server = startSessionServer()
    render(<App session={server.session()} />)
    server.is.signedIn = false
    await pass(300_000)
    const { length } = server.requests
    expect(length).toBeGreaterThanOrEqual(1)
    await pass(DAY * 1000)
    expect(server.requests.length).toBe(length)
    expect(jest.getTimerCount()).toBe(0)
  })

  it.each(WINDOWS)(
    'polls within the default window where the server says nothing of its own, for lifetimes of %s',
    async (_, lifetime, window) => {
      const server = startSessionServer({ lifetime, window, plain: true })
      render(<App session={server.session()} />)
      await pass(4 * lifetime * 1000)
      expect(server.generation()).toBeGreaterThanOrEqual(4)
      expect(server.phases()).toEqual(server.phases().map(() => 'due'))
    },
  )
})

describe('a page that renders all the time', () => {
  /** A countdown such as the demo's: the app renders every 5 s, and on each session. */
  function Ticking({ session, onRender }: AppProps & { onRender: () => void }): ReactElement {
    const [interval, setPollInterval] = useState(0)
    const [, tick] = useState(0)
    const [guard] = useState(againstLoops)
    guard()
    onRender()
    useEffect(() => {
      const timer = setInterval(() => {
        tick((count) => count + 1)
        stir()
      }, 5_000)
      return () => clearInterval(timer)
    }, [])
    return (
      <SessionProvider {...(session !== undefined && { session })} refetchInterval={interval}>
        <RefreshTokenHandler setInterval={(seconds) => setPollInterval(seconds)} />
      </SessionProvider>
    )
  }

  it('still polls inside the window, and the poll makes no loop', async () => {
    const server = startSessionServer()
    let renders = 0
    render(<Ticking session={server.session()} onRender={() => (renders += 1)} />)
    await pass(100)
    expect(renders).toBeLessThanOrEqual(3)
    await pass(900_000)
    expect(server.generation()).toBeGreaterThanOrEqual(3)
    expect(server.phases()).toEqual(server.phases().map(() => 'due'))
    expect(renders).toBeLessThanOrEqual(900 / 5 + 3 * (1 + server.polls().length))
  })

  it('takes the newest `setInterval` there is', async () => {
    const server = startSessionServer()
    const calls: string[] = []
    const app = (name: string) => (
      <SessionProvider session={server.session()}>
        <RefreshTokenHandler setInterval={() => calls.push(name)} />
      </SessionProvider>
    )
    const { rerender, unmount } = render(app('first'))
    rerender(app('second'))
    expect(calls).toEqual(['first'])
    tellOfSession()
    await pass(1_000)
    expect(calls).toEqual(['first', 'second'])
    unmount()
    expect(calls).toEqual(['first', 'second', 'second'])
  })
})

describe('the interval handed over', () => {
  it('is the time to the window, and 0 once the handler is gone', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0)
    const server = startSessionServer()
    const intervals: number[] = []
    const session = server.session()
    const app = (shown: boolean) => (
      <SessionProvider session={session}>
        {shown && <RefreshTokenHandler setInterval={(seconds) => intervals.push(seconds)} />}
      </SessionProvider>
    )
    const { rerender } = render(app(true))
    expect(intervals).toEqual([228.75])
    rerender(app(false))
    expect(intervals).toEqual([228.75, 0])
  })

  it('comes later in a tab that is hidden, and later still where another tab has the turn', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0)
    const visibility = jest.spyOn(document, 'visibilityState', 'get')
    const intervalOf = (state: DocumentVisibilityState, turnOf?: string) => {
      visibility.mockReturnValue(state)
      const session = startSessionServer().session()
      const { tokenRefresh } = session as { tokenRefresh: { session: string; generation: number } }
      if (turnOf) localStorage.setItem('next-auth-refresh.turn', `${tokenRefresh.session}.${tokenRefresh.generation}`)
      let interval = 0
      const handler = <RefreshTokenHandler setInterval={(seconds) => (interval ||= seconds)} />
      render(<SessionProvider session={session}>{handler}</SessionProvider>).unmount()
      return interval
    }
    const intervals = [
      intervalOf('visible'),
      intervalOf('hidden'),
      intervalOf('visible', 'another tab'),
      intervalOf('hidden', 'another tab'),
    ]
    expect(intervals).toEqual([...intervals].sort((one, other) => one - other))
    expect(new Set(intervals).size).toBe(4)
  })

  it('counts the time that a session has been on the page when the handler comes later', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0)
    const server = startSessionServer()
    const intervals: number[] = []
    const session = server.session()
    const app = (shown: boolean) => (
      <SessionProvider session={session}>
        {shown && <RefreshTokenHandler setInterval={(seconds) => intervals.push(seconds)} />}
      </SessionProvider>
    )
    const { rerender } = render(app(true))
    rerender(app(false))
    await pass(100_000)
    rerender(app(true))
    expect(intervals).toEqual([228.75, 0, 128.75])
  })
})

describe('several pages in a row', () => {
  it('poll in time where a page stops the handler and the next one starts it again', async () => {
    const server = startSessionServer()
    const session = server.session()
    function App({ shown }: { shown: boolean }) {
      const [interval, setInterval] = useState(0)
      return (
        <SessionProvider session={session} refetchInterval={interval}>
          {shown && <RefreshTokenHandler setInterval={setInterval} />}
        </SessionProvider>
      )
    }
    const { rerender } = render(<App shown />)
    await pass(100_000)
    rerender(<App shown={false} />)
    expect(jest.getTimerCount()).toBe(0)
    await pass(50_000)
    rerender(<App shown />)
    await pass(150_000)
    expect(server.polls()).toMatchObject([{ phase: 'due' }])
  })

  it('share one session', async () => {
    const server = startSessionServer()
    const seen: (string | undefined)[] = []
    function Page() {
      const { data } = useSession()
      useEffect(() => void seen.push((data as { accessToken?: string } | null)?.accessToken), [data])
      return null
    }
    render(
      <RefreshSessionProvider session={server.session()}>
        <Page />
      </RefreshSessionProvider>,
    )
    await pass(600_000)
    expect(seen).toEqual(['token-0', 'token-1', 'token-2'])
  })
})
