import fc from 'fast-check'
import type { NextAuthOptions } from 'next-auth'
import { decode, encode } from 'next-auth/jwt'
import { withTokenRefresh } from '../../../lib'
import { SECRET, startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import { createGate } from '../laws/scene'

type Callbacks = NonNullable<NextAuthOptions['callbacks']>
type JwtParams = Parameters<NonNullable<Callbacks['jwt']>>[0]

let clock: Clock
let server: AuthServer | undefined
let logged: string[]

const logger = {
  error: (code: string, metadata: unknown) => void logged.push(`${code} ${metadata instanceof Error ? metadata.message : ''}`),
  warn: (code: string) => void logged.push(code),
  debug: () => {},
}

async function signedIn(auth: Partial<NextAuthOptions>, refresh = {}) {
  server = await startAuthServer({ auth: { logger, ...auth }, refresh })
  const browser = server.browser()
  await browser.signIn()
  return { browser, server }
}

beforeEach(() => {
  clock = takeClock()
  logged = []
})
afterEach(async () => {
  clock.restore()
  await server?.close()
  server = undefined
})

describe('the app’s own callbacks and events', () => {
  it('run after ours and see the fresh token', async () => {
    const seen: unknown[] = []
    const { browser } = await signedIn({
      callbacks: {
        jwt({ token }) {
          seen.push(token['accessToken'])
          return { ...token, extra: 'mine' }
        },
        session: ({ session, token }) => ({ ...session, extra: token['extra'], sees: 'accessToken' in session }),
      },
    })
    clock.pass(40)
    const session = await browser.session()
    expect(session).toMatchObject({ extra: 'mine', sees: true })
    expect(seen.at(-1)).toBe(session['accessToken'])
    expect(seen.at(-1)).not.toBe(seen[0])
  })

  it.each([
    ['throws', () => { throw new Error('oops') }],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
    ['gives a string', () => 'token'],
  ])('do not end the session when `jwt` %s', async (_, callback) => {
    let broken = false
    const { browser } = await signedIn({
      callbacks: { jwt: (params) => (broken ? (callback() as never) : params.token) },
    })
    broken = true
    const session = await browser.session()
    expect(session).toMatchObject({ accessToken: expect.any(String) })
    expect(await browser.session()).toMatchObject({ accessToken: session['accessToken'] })
    expect(logged.some((line) => line.includes('`jwt`'))).toBe(true)
  })

  it('do not end the session when `session` throws', async () => {
    const { browser } = await signedIn({ callbacks: { session: () => { throw new Error('oops') } } })
    expect(await browser.session()).toMatchObject({ accessToken: expect.any(String) })
    expect(await browser.session()).toMatchObject({ accessToken: expect.any(String) })
  })

  it('may refuse a sign-in by throwing in `jwt`', async () => {
    const { browser } = await signedIn({ callbacks: { jwt: () => { throw new Error('not you') } } })
    expect(await browser.session()).toEqual({})
  })

  it('hear of the sign-out', async () => {
    const signOut = jest.fn()
    const { browser } = await signedIn({ events: { signOut } })
    await browser.signOut()
    expect(signOut).toHaveBeenCalledTimes(1)
  })

  it('hear of the sign-out with the newest tokens, also where the cookie holds older ones', async () => {
    const signOut = jest.fn()
    const { browser, server } = await signedIn({ events: { signOut } })
    clock.pass(40)
    const { accessToken } = await browser.session({ losesCookies: true })
    await browser.signOut()
    const [{ token }] = signOut.mock.calls[0]
    expect(token).toMatchObject({ accessToken, name: 'Ada Lovelace' })
    expect(server.backend.presentations(token.refreshToken)).toBe(0)
    expect(token).not.toHaveProperty('error')
  })

  it('keep their own `jwt.encode`', async () => {
    const own = jest.fn(encode)
    const { browser } = await signedIn({ jwt: { encode: own } })
    expect(await browser.session()).toMatchObject({ accessToken: expect.any(String) })
    expect(own).toHaveBeenCalled()
  })

  it('may be methods that use one another', async () => {
    const callbacks = {
      jwt({ token }: JwtParams) {
        return { ...token, named: this.named(token) }
      },
      session({ session, token }: Parameters<NonNullable<Callbacks['session']>>[0]) {
        return { ...session, named: this.named(token) }
      },
      named: ({ name }: { name?: string | null }) => `user ${name}`,
    }
    const jwt = {
      encode(params: Parameters<typeof encode>[0]) {
        return this.own(params)
      },
      own: encode,
    }
    const { browser } = await signedIn({ callbacks, jwt })
    expect(await browser.session()).toMatchObject({ named: 'user Ada Lovelace' })
  })

  it('have the newest tokens written, and none logged, where `jwt.encode` fails once', async () => {
    const own = jest.fn(encode)
    const { session, holdNext } = createGate()
    const { browser } = await signedIn({ jwt: { encode: own }, callbacks: { session } })
    const held = holdNext()
    const slow = browser.session()
    await held.reached
    clock.pass(40)
    const { accessToken } = await browser.session()
    own.mockImplementationOnce(({ token }) => Promise.reject(new Error(`can't sign ${JSON.stringify(token)}`)))
    held.release()
    await slow
    const written = await decode({ token: browser.cookies.get('next-auth.session-token') ?? '', secret: SECRET })
    expect(written).toMatchObject({ accessToken })
    expect(logged.join()).toContain("can't sign")
    expect(logged.join()).not.toContain(accessToken)
  })
})

it.each([
  ['it', (forged: object) => forged, (update: object) => update],
  ['its user', (forged: object) => ({ user: forged }), (update: { user?: object }) => update.user],
])('lets no `update()` set the tokens or the roles, not even through an app that spreads %s', async (_, sent, spread) => {
  const { browser } = await signedIn({
    callbacks: {
      jwt: ({ token, trigger, session }) => (trigger === 'update' ? { ...token, ...spread(session as object) } : token),
    },
  })
  const before = await browser.session()
  const { csrfToken } = (await browser.request('/api/auth/csrf')).json as { csrfToken: string }
  const forged = { accessToken: 'forged', refreshToken: 'forged', error: 'RefreshAccessTokenError', tokenRefresh: {}, roles: ['owner'], theme: 'dark' }
  await browser.request('/api/auth/session', { method: 'POST', json: { csrfToken, data: sent(forged) } })
  const after = await browser.session()
  expect(after['accessToken']).toBe(before['accessToken'])
  expect(after['error']).toBeUndefined()
  expect(after['user']).toEqual(before['user'])
  const token = await decode({ token: browser.cookies.get('next-auth.session-token') ?? '', secret: SECRET })
  expect(token).toMatchObject({ theme: 'dark' })
})

it('hides the access token from the browser when told to', async () => {
  const { browser } = await signedIn({}, { exposeAccessToken: false })
  const session = await browser.session()
  expect(session).not.toHaveProperty('accessToken')
  expect(session).toMatchObject({ accessTokenExpiry: expect.any(Number), tokenRefresh: { generation: 0 } })
})

it('states the window and the server’s clock', async () => {
  const { browser } = await signedIn({})
  const session = (await browser.session()) as { accessTokenExpiry: number; tokenRefresh: { opensAt: number; serverTime: number } }
  expect(Math.abs(session.tokenRefresh.serverTime - Date.now())).toBeLessThan(2_000)
  const window = (session.accessTokenExpiry - session.tokenRefresh.opensAt) / 1000
  expect(window).toBeGreaterThan(28)
  expect(window).toBeLessThanOrEqual(30)
})

describe('a sign-in without a refresh token', () => {
  const tokenless = {
    refresh: async () => ({}),
    onEvent: undefined,
  }
  it('works to its expiry, and says once what is missing', async () => {
    const options = withTokenRefresh({ providers: [], logger }, tokenless as never)
    const account = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'a', expires_at: Math.round(Date.now() / 1000) + 60 }
    const params = { token: { sub: '1' }, user: { id: '1' }, account, trigger: 'signIn' } as unknown as JwtParams
    const token = await options.callbacks?.jwt?.(params)
    await options.callbacks?.jwt?.(params)
    expect(logged.filter((line) => line.includes("access_type: 'offline'") && line.includes('"google"'))).toHaveLength(1)

    const later = () => options.callbacks?.jwt?.({ token } as JwtParams)
    clock.pass(58)
    expect((await later())?.['error']).toBeUndefined()
    clock.pass(3)
    expect((await later())?.['error']).toBe('RefreshAccessTokenError')
  })
})

it.each([
  [{ session: { strategy: 'database' } }, /'database'/],
  [{ adapter: {} }, /adapter/],
] as [Partial<NextAuthOptions>, RegExp][])('refuses database sessions: %j', (auth, quoted) => {
  const make = () => withTokenRefresh({ providers: [], ...auth }, { refresh: async () => ({}) })
  expect(make).toThrow(TypeError)
  expect(make).toThrow(quoted)
})

it('always gives a token back, whatever it is given and whatever the backend says', async () => {
  const claim = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.integer({ min: 0, max: 4e12 }))
  const token = fc.record(
    {
      accessToken: claim,
      accessTokenExpiry: claim,
      refreshToken: claim,
      refreshTokenExpiry: claim,
      tokenRefresh: fc.oneof(claim, fc.record({ session: claim, provider: claim, generation: claim, obtainedAt: claim })),
      error: claim,
    },
    { requiredKeys: [] },
  )
  const anyToken = fc.oneof(token, fc.anything())
  await fc.assert(
    fc.asyncProperty(anyToken, fc.anything(), fc.anything(), fc.option(fc.tuple(fc.anything(), fc.anything()), { freq: 2 }), async (held, answer, rejection, signIn) => {
      const refresh = async () => {
        if (rejection === undefined) return answer
        throw rejection
      }
      const options = withTokenRefresh({ providers: [], logger }, { refresh, retries: 0 })
      const params = { token: held, ...(signIn && { user: signIn[0], account: signIn[1] }) } as JwtParams
      const given = await options.callbacks?.jwt?.(params)
      expect(typeof given).toBe('object')
      expect(given).not.toBeNull()
      const session = await options.callbacks?.session?.({ session: { expires: '' }, token: given } as never)
      expect(session).toBeInstanceOf(Object)
    }),
    { numRuns: 1_000 },
  )
}, 60_000)
