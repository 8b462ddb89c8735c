import { act, render, screen } from '@testing-library/react'
import { useSession } from 'next-auth/react'
import type { ReactElement } from 'react'
import { RefreshSessionProvider } from '../../components'
import { inFakeTime, pass, START, startSessionServer, stir } from './session-server'

inFakeTime()

/** Milliseconds: the token lives that long, and its window is the last quarter. */
const LIFETIME = 300_000
const OPENS = 225_000
/** Where the poll is without jitter. */
const POLL = 228_750

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0))

function Name(): ReactElement {
  return <p>{useSession().data?.user?.name ?? 'nobody'}</p>
}

function open(server: ReturnType<typeof startSessionServer>, props: { refetchWhenOffline?: false } = {}): void {
  render(
    <RefreshSessionProvider session={server.session()} {...props}>
      <Name />
    </RefreshSessionProvider>,
  )
}

function comeBack(event: string): void {
  const target = event === 'visibilitychange' ? document : window
  act(() => void target.dispatchEvent(new Event(event)))
}

/** The machine sleeps: its wall clock goes on, its timers don't. */
const sleep = (milliseconds: number) => void jest.setSystemTime(Date.now() + milliseconds)

const hide = () => jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')

describe.each(['online', 'pageshow', 'visibilitychange'])('on %s', (event) => {
  it.each([
    ['asks for nothing while the token is fresh', OPENS - 1, 0],
    ['asks at once where it is due, ahead of the poll', OPENS, 1],
  ])('%s', async (_, elapsed, requests) => {
    const server = startSessionServer()
    open(server)
    await pass(elapsed)
    comeBack(event)
    await pass(1_000)
    expect(server.polls()).toHaveLength(requests)
    expect(server.generation()).toBe(requests)
  })

  it('asks at once, and once, where the machine slept beyond the expiry', async () => {
    const server = startSessionServer()
    open(server)
    sleep(2 * LIFETIME)
    comeBack(event)
    comeBack(event)
    await pass(1_000)
    expect(server.polls()).toHaveLength(1)
    expect(screen.getByText('Ada')).toBeTruthy()
  })

  it('asks for nothing in a hidden tab', async () => {
    const server = startSessionServer()
    open(server)
    sleep(2 * LIFETIME)
    hide()
    comeBack(event)
    await pass(1_000)
    expect(server.polls()).toEqual([])
  })

  it('waits as long as the server puts its next try off', async () => {
    const server = startSessionServer()
    server.is.retryAt = START + OPENS + 50_000
    open(server)
    await pass(OPENS + 40_000)
    comeBack(event)
    await pass(1_000)
    expect(server.polls()).toEqual([])
    sleep(9_000)
    comeBack(event)
    await pass(1_000)
    expect(server.polls()).toHaveLength(1)
  })
})

it.each(['pageshow', 'visibilitychange'])('leaves a poll that is under way alone on %s', async (event) => {
  const server = startSessionServer()
  open(server)
  // As on return from the back/forward cache: the overdue timer fires as soon as timers go on.
  await pass(POLL)
  expect(server.polls()).toHaveLength(1)
  comeBack(event)
  await pass(1_000)
  expect(server.polls()).toHaveLength(1)
})

it('asks on coming online where next-auth was told not to poll meanwhile', async () => {
  const server = startSessionServer()
  open(server, { refetchWhenOffline: false })
  const online = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  act(() => void window.dispatchEvent(new Event('offline')))
  await pass(POLL + 30_000)
  expect(server.polls()).toEqual([])
  online.mockReturnValue(true)
  comeBack('online')
  await pass(1_000)
  expect(server.polls()).toHaveLength(1)
})

describe('where next-auth was told not to poll while offline, and starts its timer anew afterwards', () => {
  async function beOffline(from: number, until: number): Promise<void> {
    await pass(from)
    const online = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    comeBack('offline')
    await pass(until - from)
    online.mockReturnValue(true)
    comeBack('online')
  }

  it('polls in time after an offline time ahead of the window', async () => {
    const server = startSessionServer()
    open(server, { refetchWhenOffline: false })
    await beOffline(100_000, 150_000)
    await pass(LIFETIME - 150_000)
    expect(server.phases()).toEqual(['due'])
  })

  it('polls in a hidden tab that was offline at the time', async () => {
    const server = startSessionServer()
    open(server, { refetchWhenOffline: false })
    hide()
    await beOffline(POLL - 1_000, POLL + 20_000)
    await pass(12_000)
    expect(server.phases()).toEqual(['due'])
  })
})

describe('by itself', () => {
  it('notices that the machine slept through the poll', async () => {
    const server = startSessionServer()
    open(server)
    sleep(2 * LIFETIME)
    await pass(11_000)
    expect(server.polls()).toHaveLength(1)
  })

  it('asks for nothing where the machine slept for less, or is offline', async () => {
    const server = startSessionServer()
    open(server)
    sleep(OPENS - 30_000)
    await pass(11_000)
    jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    sleep(2 * LIFETIME)
    await pass(11_000)
    expect(server.polls()).toEqual([])
  })

  it('makes up for the poll that next-auth skips where the clock was set back', async () => {
    const server = startSessionServer()
    open(server)
    sleep(-3_600_000)
    await pass(POLL + 12_000)
    expect(server.phases()).toEqual(['due'])
  })

  it('makes up for it also where the clock is set back to a time at which the page was open', async () => {
    const server = startSessionServer({ lifetime: 86_400, window: 3_600 })
    const session = server.session()
    const app = () => (
      <RefreshSessionProvider session={session}>
        <Name />
      </RefreshSessionProvider>
    )
    const { rerender } = render(app())
    await pass(82_000_000)
    // next-auth takes each rendering of its provider for an answer.
    rerender(app())
    sleep(-3_600_000)
    await pass(86_400_000 - 82_000_000)
    expect(server.phases()).toEqual(['due'])
  })

  it('adds nothing to a poll whose answer takes its time', async () => {
    const server = startSessionServer()
    open(server)
    const { fetch } = globalThis
    globalThis.fetch = (async (...args: Parameters<typeof fetch>) => {
      await new Promise((resolve) => setTimeout(resolve, 60_000))
      stir()
      return fetch(...args)
    })
    const asked = jest.spyOn(globalThis, 'fetch')
    await pass(POLL + 50_000)
    expect(asked).toHaveBeenCalledTimes(1)
  })
})

describe('a session in doubt', () => {
  it('is asked for again where it is alive, but was not got the first time', async () => {
    const server = startSessionServer()
    open(server)
    const { fetch } = globalThis
    let requests = 0
    // Each second request fails: the poll, and what next-auth asks for itself after the server has said that it is alive.
    globalThis.fetch = ((...args: Parameters<typeof fetch>) => {
      requests += 1
      stir()
      return requests === 1 || requests === 3 ? Promise.reject(new TypeError('Failed to fetch')) : fetch(...args)
    })
    jest.spyOn(console, 'error').mockImplementation(() => {})
    await pass(POLL + 10_000)
    expect(requests).toBeGreaterThanOrEqual(5)
    const { generation } = server
    await pass(LIFETIME)
    expect(generation()).toBeGreaterThanOrEqual(2)
    expect(screen.getByText('Ada')).toBeTruthy()
  })

  it('is asked for no more once the server has said that it is gone', async () => {
    const server = startSessionServer()
    open(server)
    server.is.signedIn = false
    await pass(POLL + 10_000)
    const { length } = server.polls()
    expect(length).toBe(2)
    for (const event of ['online', 'pageshow', 'visibilitychange']) comeBack(event)
    await pass(LIFETIME)
    expect(server.polls()).toHaveLength(length)
    expect(screen.getByText('nobody')).toBeTruthy()
  })
})
