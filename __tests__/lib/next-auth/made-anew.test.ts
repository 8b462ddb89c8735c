import type { NextAuthOptions } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { withTokenRefresh } from '../../../lib'
import { takeClock, type Clock } from '../../support/clock'

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>
type JwtParams = Parameters<Jwt>[0]

let clock: Clock
let warned: string[]
/** The providers that were asked. */
let asked: string[]

beforeEach(() => {
  clock = takeClock()
  warned = []
  asked = []
})
afterEach(() => clock.restore())

/** The `jwt` callback of an app with two providers, whose own makes of the token what is given here. */
function appWith(own: (params: JwtParams) => JWT): (params: object) => Promise<JWT> {
  const refresh = async (_: unknown, { provider }: { provider: string }) => {
    asked.push(provider)
    return { accessToken: 'renewed', refreshToken: `next ${Math.random()}`, expiresIn: 60 }
  }
  const { callbacks } = withTokenRefresh(
    {
      providers: [{ id: 'one', type: 'oauth' }, { id: 'other', type: 'oauth' }] as never,
      logger: { warn: (message: string) => void warned.push(message), error: (code) => void warned.push(code) },
      callbacks: { jwt: own },
    },
    { refresh: { one: refresh, other: refresh } },
  )
  return async (params) => (await callbacks?.jwt?.(params as JwtParams)) ?? {}
}

function signIn() {
  const account = { provider: 'other', type: 'oauth', access_token: 'first', refresh_token: `r ${Math.random()}`, expires_in: 60 }
  return { token: { sub: '1' }, user: { id: '1' }, account, trigger: 'signIn' }
}

describe('an app whose `jwt` callback makes the token anew', () => {
  it.each([
    ['at sign-in, in the words of a tutorial', ({ token, account }: JwtParams): JWT =>
      account
        ? { accessToken: account.access_token, accessTokenExpires: 0, refreshToken: account.refresh_token }
        : token],
    ['each time, of the tokens alone', ({ token }: JwtParams): JWT => {
      const { accessToken, accessTokenExpiry, refreshToken } = token
      return { accessToken, accessTokenExpiry, refreshToken }
    }],
  ])('%s, has its tokens kept fresh all the same', async (_, own) => {
    const jwt = appWith(own)
    const token = await jwt(signIn())
    clock.pass(50)
    const renewed = await jwt({ token })
    clock.pass(50)
    const again = await jwt({ token: renewed })
    expect([token, renewed, again]).toMatchObject([
      { accessToken: 'first', tokenRefresh: { provider: 'other', generation: 0 } },
      { accessToken: 'renewed', tokenRefresh: { provider: 'other', generation: 1 } },
      { accessToken: 'renewed', tokenRefresh: { provider: 'other', generation: 2 } },
    ])
    expect(asked).toEqual(['other', 'other'])
    expect(warned).toEqual([])
  })

  it('without the tokens, is told once what that means', async () => {
    const jwt = appWith(({ token: { sub } }) => ({ ...(sub !== undefined && { sub }) }))
    expect(await jwt(signIn())).toEqual({ sub: '1' })
    await jwt(signIn())
    expect(warned).toEqual([expect.stringContaining('`{ ...token, mine }`')])
  })

  it('is not told anything where there are no tokens to keep', async () => {
    const jwt = appWith(() => ({ sub: '1' }))
    await jwt({ token: { sub: '1', name: 'Ada' } })
    expect(warned).toEqual([])
  })
})
