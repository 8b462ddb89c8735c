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
