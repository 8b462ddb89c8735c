import fc from 'fast-check'
import { ADA, backendAt, failureIn, post, refresh, signIn, START, tokensIn } from './client'

const DAY = 24 * 60 * 60

const refusal = (message: string) => ({ status: 401, error: 'invalid_grant', message })
const REUSED = refusal('The refresh token was used before: its family is revoked')
const REVOKED = refusal('The refresh token has been revoked')
const EXPIRED = refusal('The refresh token has expired')
const UNKNOWN = refusal('The refresh token is unknown')

describe('a refresh', () => {
  it('gives a new token set for the same user', async () => {
    const { backend, pass } = backendAt()
    const first = await signIn(backend)
    pass(45)
    const second = tokensIn(await refresh(backend, first.refreshToken))
    expect(second.user).toEqual(first.user)
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(second.accessTokenExpiry).toBe(first.accessTokenExpiry + 45_000)
    expect(second.refreshTokenExpiry).toBe(START + (45 + DAY) * 1000)
  })

  it('refuses an unknown token', async () => {
    const { backend } = backendAt()
    expect(failureIn(await refresh(backend, 'unknown'))).toEqual(UNKNOWN)
  })
})

describe('a refresh token', () => {
  it('serves until its expiry, and not then', async () => {
    const { backend, to } = backendAt({ refreshTokenLifetime: 100 })
    const [early, late] = [await signIn(backend), await signIn(backend)]
    expect(early.refreshTokenExpiry).toBe(START + 100_000)
    to(early.refreshTokenExpiry - 1)
    expect((await refresh(backend, early.refreshToken)).status).toBe(200)
    to(late.refreshTokenExpiry)
    expect(failureIn(await refresh(backend, late.refreshToken))).toEqual(EXPIRED)
  })

  it('that was spent revokes its family when it comes again', async () => {
    const { backend } = backendAt()
    const first = await signIn(backend)
    const second = tokensIn(await refresh(backend, first.refreshToken))
    expect(failureIn(await refresh(backend, first.refreshToken))).toEqual(REUSED)
    expect(failureIn(await refresh(backend, second.refreshToken))).toEqual(REVOKED)
    expect(backend.counters).toMatchObject({ refreshes: 3, renewed: 1, refused: 2, reuses: 1 })
  })

  it('that was spent leaves other families alone when it comes again', async () => {
    const { backend } = backendAt()
    const [here, there] = [await signIn(backend), await signIn(backend)]
    await refresh(backend, here.refreshToken)
    await refresh(backend, here.refreshToken)
    expect((await refresh(backend, there.refreshToken)).status).toBe(200)
  })

  it('counts as reused each time it comes again, even once expired', async () => {
    const { backend, pass } = backendAt()
    const { refreshToken } = await signIn(backend)
    await refresh(backend, refreshToken)
    await refresh(backend, refreshToken)
    pass(DAY)
    expect(failureIn(await refresh(backend, refreshToken))).toEqual(REUSED)
    expect(backend.counters.reuses).toBe(2)
  })

  it('is spent by one of many concurrent requests', async () => {
    const { backend } = backendAt()
    const { refreshToken } = await signIn(backend)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(backend, refreshToken)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(backend.counters).toMatchObject({ refreshes: 50, renewed: 1, refused: 49, reuses: 49 })
    expect(backend.presentations()).toBe(50)
  })
})

describe('within the grace', () => {
  it('a spent refresh token gets the very same token set again', async () => {
    const { backend, pass } = backendAt({ grace: 10 })
    const { refreshToken } = await signIn(backend)
    const successor = await refresh(backend, refreshToken)
    pass(9.999)
    expect(await refresh(backend, refreshToken)).toEqual(successor)
    expect(backend.counters).toMatchObject({ refreshes: 2, renewed: 1, repeated: 1, refused: 0, reuses: 0 })
    expect((await refresh(backend, tokensIn(successor).refreshToken)).status).toBe(200)
  })

  it('all of many concurrent requests get it', async () => {
    const { backend } = backendAt({ grace: 10 })
    const { refreshToken } = await signIn(backend)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(backend, refreshToken)))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(backend.counters).toMatchObject({ renewed: 1, repeated: 19 })
  })

  it('a revoked family gets nothing, and it is no reuse', async () => {
    const { backend } = backendAt({ grace: 10 })
    const { refreshToken } = await signIn(backend)
    await refresh(backend, refreshToken)
    await post(backend, 'auth/logout', { token: refreshToken })
    expect(failureIn(await refresh(backend, refreshToken))).toEqual(REVOKED)
    expect(backend.counters.reuses).toBe(0)
  })
})

it('after the grace a spent refresh token counts as reused', async () => {
  const { backend, pass } = backendAt({ grace: 10 })
  const { refreshToken } = await signIn(backend)
  const successor = tokensIn(await refresh(backend, refreshToken))
  pass(10)
  expect(failureIn(await refresh(backend, refreshToken))).toEqual(REUSED)
  expect((await refresh(backend, successor.refreshToken)).status).toBe(401)
})

it('without rotation one refresh token serves until its own expiry', async () => {
  const { backend, pass } = backendAt({ rotate: false, refreshTokenLifetime: 100 })
  const first = await signIn(backend)
  pass(60)
  for (let times = 0; times < 3; times++) {
    const next = tokensIn(await refresh(backend, first.refreshToken))
    expect(next).toMatchObject({ refreshToken: first.refreshToken, refreshTokenExpiry: first.refreshTokenExpiry })
    expect(next.accessToken).not.toBe(first.accessToken)
  }
  pass(40)
  expect(failureIn(await refresh(backend, first.refreshToken))).toEqual(EXPIRED)
  expect(backend.counters).toMatchObject({ renewed: 3, repeated: 0, refused: 1, reuses: 0 })
})

it('an expired refresh token is told so for a lifetime more, and is unknown after the next sign-in', async () => {
  const { backend, pass } = backendAt({ refreshTokenLifetime: 100 })
  const { refreshToken } = await signIn(backend)
  pass(199.999)
  await signIn(backend)
  expect(failureIn(await refresh(backend, refreshToken))).toEqual(EXPIRED)
  pass(0.001)
  await signIn(backend)
  expect(failureIn(await refresh(backend, refreshToken))).toEqual(UNKNOWN)
  expect(backend.presentations()).toBe(1)
})

it('whatever is presented, and when, no refresh token is renewed twice and none outlives a reuse', async () => {
  const step = fc.record({ token: fc.nat(20), wait: fc.nat(40), login: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { backend, pass } = backendAt({ refreshTokenLifetime: 100 })
      const issued: { token: string; family: number }[] = []
      const spent = new Set<string>()
      const dead = new Set<number>()
      for (const { token, wait, login } of steps) {
        pass(wait)
        const chosen = issued[token % issued.length]
        if (login || !chosen) {
          issued.push({ token: tokensIn(await post(backend, 'auth/login', ADA)).refreshToken, family: issued.length })
          continue
        }
        const answer = await refresh(backend, chosen.token)
        if (spent.has(chosen.token) || dead.has(chosen.family)) {
          expect(answer.status).toBe(401)
          dead.add(chosen.family)
        } else if (answer.status === 200) {
          spent.add(chosen.token)
          issued.push({ token: tokensIn(answer).refreshToken, family: chosen.family })
        } else expect([EXPIRED, UNKNOWN]).toContainEqual(failureIn(answer))
      }
      const { refreshes, renewed, refused } = backend.counters
      expect(renewed + refused).toBe(refreshes)
    }),
  )
})
