import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { NextAuthOptions } from 'next-auth'
import { memoryCoordinator, withTokenRefresh, type RefreshEvent } from '../../lib'

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>

const CALLERS = 10_000
const SCOPE = 'a crowd'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapInMB(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

function flights(): Map<string, unknown> | undefined {
  const memories = (globalThis as Record<symbol, unknown>)[Symbol.for('next-auth-refresh.memories')]
  return (memories as Map<string, { flights: Map<string, unknown> }> | undefined)?.get(SCOPE)?.flights
}

it(`renews once for ${CALLERS} callers on one due token, and the memory is back afterwards`, async () => {
  let refreshes = 0
  const events: RefreshEvent[] = []
  const { callbacks } = withTokenRefresh(
    { providers: [] },
    {
      async refresh() {
        refreshes += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
        return { accessToken: `access ${refreshes}`, refreshToken: `refresh ${refreshes}`, expiresIn: 60 }
      },
      coordinator: memoryCoordinator({ scope: SCOPE }),
      onEvent: (event) => void events.push(event),
    },
  )
  const jwt = callbacks?.jwt as Jwt
  const token = { accessToken: 'access 0', accessTokenExpiry: Date.now() - 1, refreshToken: 'refresh 0' }
  const call = async () => jwt({ token: { ...token } } as unknown as Parameters<Jwt>[0])
  const crowd = () => Promise.all(Array.from({ length: CALLERS }, call))

  const before = heapInMB()
  let answers: Awaited<ReturnType<Jwt>>[] | undefined = await crowd()
  expect(refreshes).toBe(1)
  expect(new Set(answers.map(({ accessToken }) => accessToken))).toEqual(new Set(['access 1']))
  expect(events.find(({ type }) => type === 'refresh-renewed')).toMatchObject({ callers: CALLERS, tries: 1 })

  // Whoever comes later with the old token adopts the successor.
  answers = await crowd()
  expect(refreshes).toBe(1)
  expect(new Set(answers.map(({ accessToken }) => accessToken))).toEqual(new Set(['access 1']))

  answers = undefined
  events.length = 0
  expect(flights()?.size).toBe(0)
  expect(heapInMB() - before).toBeLessThan(4)
}, 60_000)
