import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Trouble } from '../../../lib'
import { breakableRedis, coordinatorPair } from '../../support/coordinator-pair'
import {
  CLIENT_KINDS,
  newKey,
  newSuccessor,
  type CoordinatorProcess,
} from '../../support/redis-coordinators'

const HOUR = 3_600_000
const POSTPONED: Trouble = { kind: 'postponed', code: 'unavailable', until: Date.now() + HOUR, failures: 3 }

const redis = breakableRedis()

describe.each(CLIENT_KINDS)('two processes with %s', (kind) => {
  const pair = coordinatorPair(kind, redis)
  afterEach(() => expect([...pair.one.events, ...pair.other.events]).toEqual([]))

  it('run once, and the other one finds the result', async () => {
    const key = newKey()
    let runs = 0
    const refresh = ({ coordinator }: CoordinatorProcess) =>
      coordinator.once(key, async () => {
        const { successor } = await coordinator.recall(key)
        if (successor) return successor
        runs += 1
        await delay(100)
        const renewed = newSuccessor()
        await coordinator.rememberSuccessor(key, renewed, HOUR)
        return renewed
      })

    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => refresh(index % 2 ? pair.one : pair.other)))

    expect(runs).toBe(1)
    expect(new Set(results.map(({ accessToken }) => accessToken)).size).toBe(1)
  })

  it('run again once a run is over, and pass a failure on', async () => {
    const key = newKey()
    await expect(pair.one.coordinator.once(key, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await pair.other.coordinator.once(key, async () => 'yes')).toBe('yes')
  })

  it('tell a run how many callers of its own process share it', async () => {
    const key = newKey()
    const run = jest.fn(async (flight: { callers: number }) => {
      await delay(50)
      return flight.callers
    })
    expect(await Promise.all([1, 2, 3].map(() => pair.one.coordinator.once(key, run)))).toEqual([3, 3, 3])
  })

  it('know nothing of a token that nobody has used', async () => {
    expect(await pair.one.coordinator.recall(newKey())).toEqual({})
    expect(await pair.one.coordinator.hasEnded('nobody')).toBe(false)
  })

  it('share successors, as they were', async () => {
    const key = newKey()
    const successor = { ...newSuccessor(7), refreshTokenExpiry: Date.now() + HOUR }
    await pair.one.coordinator.rememberSuccessor(key, successor, HOUR)
    expect(await pair.other.coordinator.recall(key)).toEqual({ successor })
  })

  it('share troubles, until a refresh succeeds', async () => {
    const key = newKey()
    const refused: Trouble = { kind: 'refused', code: 'refused', generation: 0 }
    await pair.one.coordinator.rememberTrouble(key, refused, HOUR)
    expect(await pair.other.coordinator.recall(key)).toEqual({ trouble: refused })
    await pair.one.coordinator.rememberTrouble(key, POSTPONED, HOUR)
    expect(await pair.other.coordinator.recall(key)).toEqual({ trouble: POSTPONED })

    const successor = newSuccessor()
    await pair.other.coordinator.rememberSuccessor(key, successor, HOUR)
    expect(await pair.one.coordinator.recall(key)).toEqual({ successor })
  })

  it('share that a session has ended', async () => {
    await pair.one.coordinator.endSession(`session ${kind}`, HOUR)
    expect(await pair.other.coordinator.hasEnded(`session ${kind}`)).toBe(true)
  })

  it('forget in time', async () => {
    const key = newKey()
    await pair.one.coordinator.rememberTrouble(key, POSTPONED, 150)
    await pair.one.coordinator.endSession(`short session ${kind}`, 150)
    expect(await pair.other.coordinator.recall(key)).toEqual({ trouble: POSTPONED })
    expect(await pair.other.coordinator.hasEnded(`short session ${kind}`)).toBe(true)
    await delay(200)
    for (const { coordinator } of [pair.one, pair.other]) {
      expect(await coordinator.recall(key)).toEqual({})
      expect(await coordinator.hasEnded(`short session ${kind}`)).toBe(false)
    }
  })

  it('hand a successor over even where it is not to be retained', async () => {
    const key = newKey()
    const successor = newSuccessor()
    await pair.one.coordinator.rememberSuccessor(key, successor, 0)
    expect(await pair.other.coordinator.recall(key)).toEqual({ successor })
  })

  describe('under a refresh token that the provider does not rotate', () => {
    const sameToken = (key: string, generation: number) => newSuccessor(generation, key.split('\n')[1])

    it('see each other’s generations', async () => {
      const key = newKey()
      await pair.one.coordinator.rememberSuccessor(key, sameToken(key, 1), HOUR)
      expect((await pair.other.coordinator.recall(key)).successor?.generation).toBe(1)
      await pair.other.coordinator.rememberSuccessor(key, sameToken(key, 2), HOUR)
      expect((await pair.one.coordinator.recall(key)).successor?.generation).toBe(2)
    })

    it('never replace a newer one with an older one', async () => {
      const key = newKey()
      const newest = sameToken(key, 5)
      await pair.one.coordinator.rememberSuccessor(key, newest, HOUR)
      // The one has it in its memory, the other hasn't: only Redis can know better.
      await pair.one.coordinator.rememberSuccessor(key, sameToken(key, 4), HOUR)
      await pair.other.coordinator.rememberSuccessor(key, sameToken(key, 3), HOUR)
      expect((await pair.one.coordinator.recall(key)).successor).toEqual(newest)
      expect((await pair.other.coordinator.recall(key)).successor).toEqual(newest)
    })
  })

  it('give every key in Redis a time to live', async () => {
    const key = newKey()
    await pair.one.coordinator.once(key, async () => {
      await pair.one.coordinator.rememberTrouble(newKey(), POSTPONED, HOUR)
      await pair.one.coordinator.rememberSuccessor(newKey(), newSuccessor(), Number.MAX_VALUE)
      await pair.one.coordinator.endSession('session', 1_000.5)
      const client = new Redis(redis.url)
      const names = await client.keys('*')
      expect(names.length).toBeGreaterThanOrEqual(4)
      for (const name of names) expect(await client.pttl(name)).toBeGreaterThan(0)
      client.disconnect()
    })
  })
})
