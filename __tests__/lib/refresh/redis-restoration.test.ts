import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisCoordinator } from '../../../lib/redis'
import type { Trouble } from '../../../lib'
import { breakableRedis, coordinatorPair } from '../../support/coordinator-pair'
import {
  CLIENT_KINDS,
  newKey,
  newSuccessor,
  startCoordinator,
  until,
  type CoordinatorProcess,
} from '../../support/redis-coordinators'

jest.setTimeout(30_000)

const HOUR = 3_600_000
const REFUSED: Trouble = { kind: 'refused', code: 'refused', generation: 0 }
const DEGRADED = { type: 'coordinator-degraded', reason: expect.stringMatching(/./) as string }
const RESTORED = { type: 'coordinator-restored' }

const redis = breakableRedis()

describe.each(CLIENT_KINDS)('with %s', (kind) => {
  const pair = coordinatorPair(kind, redis)

  it('tells a Redis that is back, and has lost everything, what came before and during the outage', async () => {
    const [before, during, refused] = [newKey(), newKey(), newKey()]
    const [successorBefore, successorDuring] = [newSuccessor(), newSuccessor()]
    await pair.one.coordinator.rememberSuccessor(before, successorBefore, HOUR)
    await redis.stop()
    await pair.one.coordinator.rememberSuccessor(during, successorDuring, HOUR)
    await pair.one.coordinator.rememberTrouble(refused, REFUSED, HOUR)
    await pair.one.coordinator.endSession('ended meanwhile', HOUR)
    await pair.one.coordinator.endSession('forgotten meanwhile', 300)
    expect(pair.one.events).toEqual([DEGRADED])

    await redis.start()
    await until(() => pair.one.events.length === 2)
    expect(pair.one.events).toEqual([DEGRADED, RESTORED])
    pair.other.close()
    pair.other = await startCoordinator(kind, redis)
    expect(await pair.other.coordinator.recall(before)).toEqual({ successor: successorBefore })
    expect(await pair.other.coordinator.recall(during)).toEqual({ successor: successorDuring })
    expect(await pair.other.coordinator.recall(refused)).toEqual({ trouble: REFUSED })
    expect(await pair.other.coordinator.hasEnded('ended meanwhile')).toBe(true)
    expect(await pair.other.coordinator.hasEnded('forgotten meanwhile')).toBe(false)
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
    await pair.one.coordinator.rememberSuccessor(key, sameToken(1), HOUR)
    redis.resume()
    await pair.other.coordinator.rememberSuccessor(key, sameToken(2), HOUR)
    await until(() => pair.one.events.length === 2)
    expect((await pair.one.coordinator.recall(key)).successor?.generation).toBe(2)
    expect((await pair.other.coordinator.recall(key)).successor?.generation).toBe(2)

    const order: string[] = []
    await Promise.all(
      [pair.one, pair.other].map(({ coordinator }) =>
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
    await pair.one.coordinator.recall(newKey())
    await tell(pair.one)
    await redis.start()
    await until(() => pair.one.events.length === 2)
    expect(await pair.other.coordinator.recall(key)).toEqual({ successor, trouble: REFUSED })

    redis.pause()
    await pair.other.coordinator.rememberSuccessor(key, successor, HOUR)
    redis.resume()
    await until(() => pair.other.events.at(-1)?.type === 'coordinator-restored')
    expect(await pair.one.coordinator.recall(key)).toEqual({ successor, trouble: REFUSED })
  })

  it('does not bring back a trouble that a success has cleared', async () => {
    const key = newKey()
    const successor = newSuccessor(1, key.split('\n')[1])
    await pair.one.coordinator.rememberTrouble(key, REFUSED, HOUR)
    await pair.one.coordinator.rememberSuccessor(key, successor, HOUR)
    redis.pause()
    await pair.one.coordinator.recall(newKey())
    redis.resume()
    await until(() => pair.one.events.length === 2)
    expect(await pair.other.coordinator.recall(key)).toEqual({ successor })
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
