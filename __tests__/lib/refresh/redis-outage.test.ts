import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisCoordinator } from '../../../lib/redis'
import type { Trouble } from '../../../lib'
import {
  CLIENT_KINDS,
  newKey,
  newSuccessor,
  startCoordinator,
  until,
  type CoordinatorProcess,
} from '../../support/redis-coordinators'
import { startRedis, type RedisServer } from '../../support/redis-server'

jest.setTimeout(30_000)

const HOUR = 3_600_000
const REFUSED: Trouble = { kind: 'refused', code: 'refused', generation: 0 }
const DEGRADED = { type: 'coordinator-degraded', reason: expect.stringMatching(/./) as string }
const RESTORED = { type: 'coordinator-restored' }

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

  it.each(['stopped', 'paused'])('a Redis that is %s costs no request more than its time limit, and is an event', async (how) => {
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

  it('tells a Redis that is back, and has lost everything, what came before and during the outage', async () => {
    const [before, during, refused] = [newKey(), newKey(), newKey()]
    const [successorBefore, successorDuring] = [newSuccessor(), newSuccessor()]
    await one.coordinator.rememberSuccessor(before, successorBefore, HOUR)
    await redis.stop()
    await one.coordinator.rememberSuccessor(during, successorDuring, HOUR)
    await one.coordinator.rememberTrouble(refused, REFUSED, HOUR)
    await one.coordinator.endSession('ended meanwhile', HOUR)
    await one.coordinator.endSession('forgotten meanwhile', 300)
    expect(one.events).toEqual([DEGRADED])

    await redis.start()
    await until(() => one.events.length === 2)
    expect(one.events).toEqual([DEGRADED, RESTORED])
    other.close()
    other = await startCoordinator(kind, redis)
    expect(await other.coordinator.recall(before)).toEqual({ successor: successorBefore })
    expect(await other.coordinator.recall(during)).toEqual({ successor: successorDuring })
    expect(await other.coordinator.recall(refused)).toEqual({ trouble: REFUSED })
    expect(await other.coordinator.hasEnded('ended meanwhile')).toBe(true)
    expect(await other.coordinator.hasEnded('forgotten meanwhile')).toBe(false)
    const observer = new Redis(redis.url)
    for (const name of await observer.keys('*')) {
      // What is left of its time, and not the whole of it again.
      expect(await observer.pttl(name)).toBeLessThan(HOUR - 900)
    }
    observer.disconnect()
  })

  it('excludes other processes again after a pause, and undoes nothing of theirs', async () => {
    const key = newKey()
    const sameToken = (generation: number) => newSuccessor(generation, key.split('\n')[1])
    redis.pause()
    await one.coordinator.rememberSuccessor(key, sameToken(1), HOUR)
    redis.resume()
    await other.coordinator.rememberSuccessor(key, sameToken(2), HOUR)
    await until(() => one.events.length === 2)
    expect((await one.coordinator.recall(key)).successor?.generation).toBe(2)
    expect((await other.coordinator.recall(key)).successor?.generation).toBe(2)

    const order: string[] = []
    await Promise.all(
      [one, other].map(({ coordinator }) =>
        coordinator.once(key, async () => {
          order.push('begins')
          await delay(50)
          order.push('ends')
        }),
      ),
    )
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends'])
  })

  it('keeps a trouble that came after a success, whoever tells of that success again', async () => {
    const key = newKey()
    const successor = newSuccessor(1, key.split('\n')[1])
    const tell = async ({ coordinator }: CoordinatorProcess) => {
      await coordinator.rememberSuccessor(key, successor, HOUR)
      await coordinator.rememberTrouble(key, REFUSED, HOUR)
    }
    await redis.stop()
    // By now it sends nothing more, and no client sends it late.
    await one.coordinator.recall(newKey())
    await tell(one)
    await redis.start()
    await until(() => one.events.length === 2)
    expect(await other.coordinator.recall(key)).toEqual({ successor, trouble: REFUSED })

    redis.pause()
    await other.coordinator.rememberSuccessor(key, successor, HOUR)
    redis.resume()
    await until(() => other.events.at(-1)?.type === 'coordinator-restored')
    expect(await one.coordinator.recall(key)).toEqual({ successor, trouble: REFUSED })
  })

  it('does not bring back a trouble that a success has cleared', async () => {
    const key = newKey()
    const successor = newSuccessor(1, key.split('\n')[1])
    await one.coordinator.rememberTrouble(key, REFUSED, HOUR)
    await one.coordinator.rememberSuccessor(key, successor, HOUR)
    redis.pause()
    await one.coordinator.recall(newKey())
    redis.resume()
    await until(() => one.events.length === 2)
    expect(await other.coordinator.recall(key)).toEqual({ successor })
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

it('says why with a client that was never connected, and starts with it once it is', async () => {
  const client = createClient({ url: redis.url })
  const coordinator = redisCoordinator({ client, scope: 'late' })
  const events: unknown[] = []
  coordinator.observe?.((event) => events.push(event))
  expect(await coordinator.once(newKey(), async () => 'run')).toBe('run')
  expect(events).toEqual([{ type: 'coordinator-degraded', reason: 'The client is closed' }])
  await client.connect()
  await until(() => events.length === 2)
  expect(events[1]).toEqual(RESTORED)
  client.destroy()
})
