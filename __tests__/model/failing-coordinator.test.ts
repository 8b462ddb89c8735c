import type { NextAuthOptions } from 'next-auth'
import { memoryCoordinator, withTokenRefresh, type RefreshCoordinator } from '../../lib'

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>

const fail = () => Promise.reject(new Error('the store is down'))

function start(failing: Partial<RefreshCoordinator>) {
  const revoked: string[] = []
  const coordinator = { ...memoryCoordinator({ scope: `failing ${Math.random()}` }), ...failing }
  const { callbacks, events } = withTokenRefresh(
    { providers: [], logger: { error: () => {}, warn: () => {} } },
    {
      refresh: async () => ({ accessToken: 'access 1', refreshToken: 'refresh 1', expiresIn: 60 }),
      revoke: async ({ refreshToken }) => void revoked.push(refreshToken),
      coordinator,
    },
  )
  const token = { accessToken: 'access 0', accessTokenExpiry: Date.now() - 1, refreshToken: 'refresh 0' }
  return {
    revoked,
    token,
    jwt: (held: object) => (callbacks?.jwt as Jwt)({ token: held } as Parameters<Jwt>[0]),
    signOut: (held: object) => events?.signOut?.({ token: held } as never),
  }
}

// An app's own coordinator may reject, where `redisCoordinator` goes on by itself.

it('gives the renewed tokens to those who wait for them, though they can’t be remembered', async () => {
  const { jwt, token } = start({ rememberSuccessor: fail })
  expect(await jwt(token)).toMatchObject({ accessToken: 'access 1', refreshToken: 'refresh 1' })
})

it('revokes the tokens at sign-out, though the sign-out can’t be remembered', async () => {
  const { signOut, token, revoked } = start({ endSession: fail })
  await signOut(token)
  expect(revoked).toEqual(['refresh 0'])
})

const OTHERS = ['once', 'recall', 'hasEnded', 'rememberTrouble'] as const

it.each(OTHERS)('keeps the session where `%s` fails', async (name) => {
  const { jwt, token } = start({ [name]: fail })
  const given = await jwt(token)
  expect(given).toMatchObject({ refreshToken: expect.stringMatching(/^refresh/) })
  expect(given).not.toHaveProperty('error')
})
