import { setTimeout as delay } from 'node:timers/promises'
import type { Trouble } from '../../../lib'
import {
  CLIENT_KINDS,
  newKey,
  newSuccessor,
  startCoordinator,
  type CoordinatorProcess,
} from '../../support/redis-coordinators'
import { startRedis, type RedisServer } from '../../support/redis-server'

jest.setTimeout(30_000)

const HOUR = 3_600_000
const REFUSED: Trouble = { kind: 'refused', code: 'refused', generation: 0 }
const DEGRADED = { type: 'coordinator-degraded', reason: expect.stringMatching(/./) as string }

let redis: RedisServer
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown) => unhandled.push(reason)

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled)
  redis = await startRedis()
})
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled)
  await redis.close()
  expect(unhandled).toEqual([])
})

describe.each(CLIENT_KINDS)('with %s', (kind) => {
  let one: CoordinatorProcess
  let other: CoordinatorProcess

  beforeEach(async () => {
    one = await startCoordinator(kind, redis)
    other = await startCoordinator(kind, redis)
  })
  afterEach(async () => {
    one.close()
    other.close()
    redis.resume()
    await redis.stop()
    await redis.start()
  })

  /** Everything that a coordinator does, in one process alone. */
  async function useAlone({ coordinator }: CoordinatorProcess, key: string): Promise<void> {
    const successor = newSuccessor()
    expect(await coordinator.recall(key)).toEqual({})
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        coordinator.once(key, async () => {
          await delay(20)
          await coordinator.rememberTrouble(key, REFUSED, HOUR)
          return Math.random()
        }),
      ),
    )
    expect(new Set(results).size).toBe(1)
    expect(await coordinator.recall(key)).toEqual({ trouble: REFUSED })
    await coordinator.rememberSuccessor(key, successor, HOUR)
    expect(await coordinator.recall(key)).toEqual({ successor })
    expect(await coordinator.hasEnded(key)).toBe(false)
    await coordinator.endSession(key, HOUR)
    expect(await coordinator.hasEnded(key)).toBe(true)
  }

  it.each(['stopped', 'paused'])('a Redis that is %s costs a request its time limit once, and is an event', async (how) => {
    if (how === 'stopped') await redis.stop()
    else redis.pause()
    const startedAt = performance.now()
    await useAlone(one, newKey())
    expect(performance.now() - startedAt).toBeLessThan(1_500)

    const laterAt = performance.now()
    await useAlone(one, newKey())
    expect(performance.now() - laterAt).toBeLessThan(400)
    expect(one.events).toEqual([DEGRADED])
  })

  it('tells of the outage once, however many requests it meets', async () => {
    await redis.stop()
    await Promise.all(Array.from({ length: 50 }, () => one.coordinator.recall(newKey())))
    expect(one.events).toEqual([DEGRADED])
  })

  it('finishes a run in the middle of which Redis goes away', async () => {
    const key = newKey()
    const successor = newSuccessor()
    const result = await one.coordinator.once(key, async () => {
      await redis.stop()
      await one.coordinator.rememberSuccessor(key, successor, HOUR)
      return 'result'
    })
    expect(result).toBe('result')
    expect(await one.coordinator.recall(key)).toEqual({ successor })
  })

  it('lets a waiter go on when Redis goes away', async () => {
    const key = newKey()
    void one.coordinator.once(key, () => new Promise(() => {}))
    await delay(50)
    const waiting = other.coordinator.once(key, async () => 'run')
    await delay(100)
    await redis.stop()
    expect(await waiting).toBe('run')
  })

  it('never replaces a newer one with an older one, not even alone', async () => {
    const key = newKey()
    const [, token] = key.split('\n')
    await redis.stop()
    await one.coordinator.rememberSuccessor(key, newSuccessor(5, token), HOUR)
    await one.coordinator.rememberSuccessor(key, newSuccessor(4, token), HOUR)
    expect((await one.coordinator.recall(key)).successor?.generation).toBe(5)
  })

  it('remembers during an outage what it has learnt from Redis', async () => {
    const [key, refused] = [newKey(), newKey()]
    const successor = newSuccessor()
    await other.coordinator.rememberSuccessor(key, successor, HOUR)
    await other.coordinator.rememberTrouble(refused, REFUSED, HOUR)
    await other.coordinator.endSession('ended', HOUR)
    await one.coordinator.recall(key)
    await one.coordinator.recall(refused)
    await one.coordinator.hasEnded('ended')
    await redis.stop()
    expect(await one.coordinator.recall(key)).toEqual({ successor })
    expect(await one.coordinator.recall(refused)).toEqual({ trouble: REFUSED })
    expect(await one.coordinator.hasEnded('ended')).toBe(true)
  })
})
