import { act } from '@testing-library/react'
import type { Session } from 'next-auth'

/** The server's clock at the start of each test: no whole second, so that rounding shows. */
export const START = 1_700_000_000_250
/** Milliseconds that each answer takes. */
export const LATENCY = 20
/** The longest delay, in milliseconds, that a timer holds. */
const TIMER_MAX = 2_147_483_647

export interface ServerOptions {
  /** Where next-auth's routes are. */
  basePath?: string
  /** Seconds that an access token lives. */
  lifetime?: number
  /** Seconds before its expiry from which it is renewed. */
  window?: number
  /** Whether the server says nothing of its window and clock, as one without this library. */
  plain?: boolean
  roles?: string[]
}

export interface SeenRequest {
  path: string
  method: string
  /** The server's clock when it came. */
  at: number
  /** Where the token was in its life then. */
  phase: 'fresh' | 'due' | 'expired'
}

interface SeenSession extends Session {
  user: { name: string; roles?: string[] }
  accessToken?: string
  accessTokenExpiry?: number
  tokenRefresh?: { session: string; opensAt: number; serverTime: number; generation: number; retryAt?: number }
  error?: string
}

interface Update {
  csrfToken?: string
  data?: { tokenRefresh?: { renew?: number } }
}

let names = 0
/** Each sign-in makes a session of another name. */
const newName = () => `session-${(names += 1)}`

/**
 * next-auth's endpoints as the browser sees them, behind `fetch`: sessions whose token is renewed inside its window,
 * never before. Its clock runs with the fake timers and is not the browser's, which a test may set at will.
 */
export function startSessionServer(options: ServerOptions = {}) {
  const { lifetime = 300, window = 75, plain = false, roles, basePath = '/api/auth' } = options
  const startedAt = performance.now()
  const now = () => START + performance.now() - startedAt
  const requests: SeenRequest[] = []
  const is = {
    signedIn: true,
    /** The refresh token is dead for good. */
    over: false,
    /** The backend is down: nothing is renewed. */
    stuck: false,
    /** No request gets through. */
    offline: false,
    /** The CSRF cookie was lost: next-auth answers 200 to a sign-out and signs nobody out. */
    refusingSignOut: false,
    /** Until when the server puts its next try off. */
    retryAt: undefined as number | undefined,
  }
  let name = newName()
  let user = 'Ada'
  let generation = 0
  let expiresAt = START + lifetime * 1000
  const opensAt = () => expiresAt - window * 1000
  const phase = () => (now() >= expiresAt ? 'expired' : now() >= opensAt() ? 'due' : 'fresh')

  function session(): SeenSession {
    const shown = { name: user, ...(roles && { roles }) }
    const named = { user: shown, expires: new Date(now() + 2_592_000_000).toISOString() }
    const { retryAt } = is
    const tokenRefresh = { session: name, opensAt: opensAt(), serverTime: now(), generation, ...(retryAt && { retryAt }) }
    const stated = { ...named, ...(!plain && { tokenRefresh }) }
    if (is.over) return { ...stated, error: 'RefreshAccessTokenError' }
    return { ...stated, accessToken: tokenOf(generation), accessTokenExpiry: expiresAt }
  }

  /** The first user's are called by their number alone. */
  const tokenOf = (number: number) => `${user === 'Ada' ? '' : `${user}-`}token-${number}`

  function answerSession(): object {
    if (!is.signedIn) return {}
    if (!is.over && !is.stuck && phase() !== 'fresh') renew()
    return session()
  }

  let renewedAt = -Infinity
  function renew(): void {
    generation += 1
    renewedAt = now()
    expiresAt = now() + lifetime * 1000
  }

  /** What `update()` sends, asking for a renewal: at most one in 5 s. */
  function answerUpdate({ csrfToken, data }: Update): object {
    if (csrfToken !== 'csrf') throw new Error('an update without its CSRF token')
    const isRejected = generation <= (data?.tokenRefresh?.renew ?? -1)
    if (is.signedIn && !is.over && !is.stuck && isRejected && now() - renewedAt >= 5_000) renew()
    return is.signedIn ? session() : {}
  }

  function answer(path: string, method: string, sent: string): object {
    if (path === 'csrf') return { csrfToken: 'csrf' }
    if (path === 'session' && method === 'POST') return answerUpdate(JSON.parse(sent) as Update)
    if (path === 'session') return answerSession()
    if (path === 'signout' && method === 'POST') {
      if (is.refusingSignOut) return { url: 'http://localhost/api/auth/signout?csrf=true' }
      is.signedIn = false
      // Where the app's `redirect` callback would have the whole page go.
      return { url: 'http://localhost/signed-out' }
    }
    throw new Error(`nothing answers ${method} ${path}`)
  }

  globalThis.fetch = (async (input: unknown, init: RequestInit = {}) => {
    const path = String(input).replace(`${basePath}/`, '')
    const method = (init.method ?? 'GET').toUpperCase()
    requests.push({ path, method, at: now(), phase: phase() })
    stir()
    if (is.offline) throw new TypeError('Failed to fetch')
    const body = JSON.stringify(answer(path, method, typeof init.body === 'string' ? init.body : ''))
    await new Promise<void>((resolve) =>
      setTimeout(() => {
        stir()
        resolve()
      }, LATENCY),
    )
    return { ok: true, status: 200, json: async () => JSON.parse(body) }
  }) as typeof fetch

  const polls = () => requests.filter(({ path, method }) => path === 'session' && method === 'GET')

  return {
    is,
    now,
    /** What `getServerSideProps` would put into the page. */
    session: () => JSON.parse(JSON.stringify(session())) as SeenSession,
    /** The session requests of the browser. */
    polls,
    /** Where the token was in its life at each of them. */
    phases: () => polls().map((poll) => poll.phase),
    /** The requests for a renewal of a token that the backend has refused. */
    updates: () => requests.filter(({ path, method }) => path === 'session' && method === 'POST'),
    signOuts: () => requests.filter(({ path, method }) => path === 'signout' && method === 'POST'),
    requests,
    generation: () => generation,
    /** The user signs in once more, or another does. */
    signIn(who = user) {
      user = who
      name = newName()
      generation = 0
      expiresAt = now() + lifetime * 1000
      Object.assign(is, { signedIn: true, over: false })
    },
    opensAt,
  }
}

/** Counts what React may have to take up. */
let stirrings = 0
/** How many tests have ended: what one of them has left running has to stop. */
let ended = 0

/** To be called by timers of the tests' own that change something on the page. */
export function stir(): void {
  stirrings += 1
}

/** Lets the time pass, in steps that end whenever something stirs, so that React takes it up before the time goes on. */
export async function pass(milliseconds: number): Promise<void> {
  if (milliseconds > TIMER_MAX) {
    await pass(TIMER_MAX)
    return pass(milliseconds - TIMER_MAX)
  }
  const test = ended
  const end = performance.now() + milliseconds
  const atEnd = setTimeout(() => {}, milliseconds)
  for (let steps = 0; performance.now() < end && test === ended; steps += 1) {
    if (steps > 1_000) throw new Error('so much going on is a storm')
    await act(async () => {
      const before = stirrings
      while (performance.now() < end && stirrings === before) jest.advanceTimersToNextTimer()
      await jest.advanceTimersByTimeAsync(0)
    })
  }
  clearTimeout(atEnd)
  if (test === ended) await act(() => jest.advanceTimersByTimeAsync(0))
}

/** Another tab tells next-auth's client to ask for the session. */
export function tellOfSession(): void {
  const newValue = JSON.stringify({ event: 'session', data: { trigger: 'getSession' } })
  window.dispatchEvent(new StorageEvent('storage', { key: 'nextauth.message', newValue }))
}

/** To be called by what may happen now and then: throws where it happens over and over in one instant. */
export function againstLoops(): () => void {
  let [instant, calls] = [-1, 0]
  return () => {
    calls = instant === performance.now() ? calls + 1 : 0
    instant = performance.now()
    if (calls > 50) throw new Error('an endless loop')
  }
}

/** Fake timers and a clean browser around each test of this file. */
export function inFakeTime(): void {
  const { fetch } = globalThis
  jest.setTimeout(30_000)
  beforeEach(() => {
    jest.useFakeTimers({ now: START })
    // jsdom has none; without it next-auth's logger leaves a rejected `fetch` to nobody.
    navigator.sendBeacon = () => true
  })
  afterEach(() => {
    ended += 1
    jest.restoreAllMocks()
    jest.useRealTimers()
    localStorage.clear()
    globalThis.fetch = fetch
  })
}
