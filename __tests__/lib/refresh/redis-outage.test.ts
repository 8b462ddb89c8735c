import { setTimeout as delay } from 'node:timers/promises'
import type { Trouble } from '../../../lib'
import { breakableRedis, coordinatorPair } from '../../support/coordinator-pair'
import {
  CLIENT_KINDS,
  newKey,
  newSuccessor,
  type CoordinatorProcess,
} from '../../support/redis-coordinators'

jest.setTimeout(30_000)

const HOUR = 3_600_000
const REFUSED: Trouble = { kind: 'refused', code: 'refused', generation: 0 }
const DEGRADED = { type: 'coordinator-degraded', reason: expect.stringMatching(/./) as string }

const redis = breakableRedis()

describe.each(CLIENT_KINDS)('with %s', (kind) => {
  const pair = coordinatorPair(kind, redis)

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
    await useAlone(pair.one, newKey())
    expect(performance.now() - startedAt).toBeLessThan(1_500)

    const laterAt = performance.now()
    await useAlone(pair.one, newKey())
    expect(performance.now() - laterAt).toBeLessThan(400)
    expect(pair.one.events).toEqual([DEGRADED])
  })

  it('tells of the outage once, however many requests it meets', async () => {
    await redis.stop()
    await Promise.all(Array.from({ length: 50 }, () => pair.one.coordinator.recall(newKey())))
    expect(pair.one.events).toEqual([DEGRADED])
  })

  it('finishes a run in the middle of which Redis goes away', async () => {
    const key = newKey()
    const successor = newSuccessor()
    const result = await pair.one.coordinator.once(key, async () => {
      await redis.stop()
      await pair.one.coordinator.rememberSuccessor(key, successor, HOUR)
      return 'result'
    })
    expect(result).toBe('result')
    expect(await pair.one.coordinator.recall(key)).toEqual({ successor })
  })

  it('lets a waiter go on when Redis goes away', async () => {
    const key = newKey()
    void pair.one.coordinator.once(key, () => new Promise(() => {}))
    await delay(50)
    const waiting = pair.other.coordinator.once(key, async () => 'run')
    await delay(100)
    await redis.stop()
    expect(await waiting).toBe('run')
  })

  it('never replaces a newer one with an older one, not even alone', async () => {
    const key = newKey()
    const [, token] = key.split('\n')
    await redis.stop()
    await pair.one.coordinator.rememberSuccessor(key, newSuccessor(5, token), HOUR)
    await pair.one.coordinator.rememberSuccessor(key, newSuccessor(4, token), HOUR)
    expect((await pair.one.coordinator.recall(key)).successor?.generation).toBe(5)
  })

  it('remembers during an outage what it has learnt from Redis', async () => {
    const [key, refused] = [newKey(), newKey()]
    const successor = newSuccessor()
    await pair.other.coordinator.rememberSuccessor(key, successor, HOUR)
    await pair.other.coordinator.rememberTrouble(refused, REFUSED, HOUR)
    await pair.other.coordinator.endSession('ended', HOUR)
    await pair.one.coordinator.recall(key)
    await pair.one.coordinator.recall(refused)
    await pair.one.coordinator.hasEnded('ended')
    await redis.stop()
    expect(await pair.one.coordinator.recall(key)).toEqual({ successor })
    expect(await pair.one.coordinator.recall(refused)).toEqual({ trouble: REFUSED })
    expect(await pair.one.coordinator.hasEnded('ended')).toBe(true)
  })
})
