import type { NextAuthOptions } from 'next-auth'
import { memoryCoordinator, RefreshError, withTokenRefresh } from '../../lib'
import type { RefreshTokens, TokenRefreshOptions } from '../../lib'
import { asRefreshError } from '../../lib/refresh/failure'
import { ACCESS, expectNoSecret, NEXT_ACCESS, NEXT_REFRESH, PASSWORD, REFRESH, REJECTIONS, text } from './canaries'

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>
type JwtParams = Parameters<Jwt>[0]

/** Answers that can't be used, or only with care. */
const ANSWERS: readonly [name: string, answer: unknown][] = [
  ['a string', text],
  ['a 200 with an error', { error: REFRESH, error_description: text }],
  ['a 200 with a refusal', { error: 'invalid_grant', error_description: text }],
  ['no access token', { refreshToken: NEXT_REFRESH }],
  ['an access token that is no string', { accessToken: [NEXT_ACCESS], refreshToken: NEXT_REFRESH }],
  ['an expiry that is a token', { accessToken: NEXT_ACCESS, expiresIn: NEXT_REFRESH, expires_at: ACCESS }],
  ['good tokens', { accessToken: NEXT_ACCESS, refreshToken: NEXT_REFRESH, expiresIn: 60 }],
]

/** All that is said while a session lives and ends: to the app's logger or the console, and in events. */
function listen(options: Partial<TokenRefreshOptions>, auth: Partial<NextAuthOptions> = {}) {
  const said: unknown[] = []
  const hear = (...all: unknown[]) => void said.push(all)
  const authOptions = withTokenRefresh(
    { providers: [], logger: { error: hear, warn: hear }, ...auth },
    {
      refresh: async () => ({ accessToken: NEXT_ACCESS, refreshToken: NEXT_REFRESH, expiresIn: 60 }),
      retries: 0,
      coordinator: memoryCoordinator({ scope: `leaks ${Math.random()}` }),
      onEvent: hear,
      ...options,
    },
  )
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
    jest.spyOn(console, method).mockImplementation(hear),
  )
  return {
    said,
    /** Signs in, comes back when the token has expired, and signs out. */
    async live(expiresIn = -1) {
      const jwt = authOptions.callbacks?.jwt as Jwt
      const account = { provider: 'credentials', type: 'credentials', providerAccountId: '1' }
      const accessTokenExpiry = Date.now() + expiresIn * 1000
      const user = { id: '1', accessToken: ACCESS, accessTokenExpiry, refreshToken: REFRESH }
      let token = await jwt({ token: { sub: '1' }, user, account, trigger: 'signIn' } as unknown as JwtParams)
      token = await jwt({ token } as JwtParams)
      token = await jwt({ token, trigger: 'update', session: { refreshToken: PASSWORD } } as JwtParams)
      await authOptions.callbacks?.session?.({ session: { expires: '' }, token } as never)
      await authOptions.jwt?.encode?.({ token, secret: 'secret' })
      await authOptions.events?.signOut?.({ token } as never)
    },
    restore: () => spies.forEach((spy) => spy.mockRestore()),
  }
}

async function expectSilence(options: Partial<TokenRefreshOptions>, auth?: Partial<NextAuthOptions>): Promise<void> {
  const ears = listen(options, auth)
  try {
    await ears.live()
  } finally {
    ears.restore()
  }
  expect(ears.said).not.toEqual([])
  expectNoSecret(ears.said)
}

function reject(rejection: () => unknown): Promise<never> {
  return Promise.resolve().then(() => {
    throw rejection()
  })
}

describe('no token is said', () => {
  it.each(REJECTIONS)('when `refresh` rejects with %s', (_, rejection) =>
    expectSilence({ refresh: () => reject(rejection) }),
  )
  it.each(REJECTIONS)('when `refresh` throws %s', (_, rejection) =>
    expectSilence({
      refresh: () => {
        throw rejection()
      },
    }),
  )
  it.each(REJECTIONS)('when `revoke` rejects with %s', (_, rejection) =>
    expectSilence({ revoke: () => reject(rejection) }),
  )
  it.each(ANSWERS)('when `refresh` gives %s', (_, answer) => expectSilence({ refresh: async () => answer }))
  it.each(REJECTIONS)('when the coordinator rejects with %s', (_, rejection) => {
    const fail = () => reject(rejection)
    const sound = memoryCoordinator({ scope: 'leaks of coordinators' })
    return expectSilence({ coordinator: { ...sound, once: fail, hasEnded: fail, endSession: fail } })
  })
  it.each(REJECTIONS)('when the app’s own callbacks throw %s', (_, rejection) => {
    const fail = () => {
      throw rejection()
    }
    const jwt: Jwt = (params) => ((params.user as unknown) ? params.token : fail())
    return expectSilence({}, { callbacks: { jwt, session: fail } })
  })
  it('when nobody listens, on the console', () => {
    const refresh: RefreshTokens = () => Promise.reject(new RefreshError('configuration', text))
    return expectSilence({ refresh }, { logger: {} })
  })
  it('when the sign-in brings tokens that can’t be kept fresh', async () => {
    const ears = listen({})
    try {
      await ears.live(Number.NaN)
    } finally {
      ears.restore()
    }
    expectNoSecret(ears.said)
  })
})

it.each(REJECTIONS)('no token is in the RefreshError made of %s, nor in its causes', (_, rejection) => {
  expectNoSecret(asRefreshError(rejection(), [ACCESS, REFRESH]))
})
