import { startCoordinator, type ClientKind, type CoordinatorProcess } from './redis-coordinators'
import { startRedis, type RedisServer } from './redis-server'

/** A Redis for the tests of this file, which they may break; none of them may leave a rejection unhandled. */
export function breakableRedis(): RedisServer {
  const redis = {} as RedisServer
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown) => unhandled.push(reason)
  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled)
    Object.assign(redis, await startRedis())
  })
  afterEach(async () => {
    redis.resume()
    await redis.stop()
    await redis.start()
  })
  afterAll(async () => {
    process.off('unhandledRejection', onUnhandled)
    await redis.close()
    expect(unhandled).toEqual([])
  })
  return redis
}

/** Two processes with the same Redis, new for each test. */
export interface CoordinatorPair {
  one: CoordinatorProcess
  other: CoordinatorProcess
}

export function coordinatorPair(kind: ClientKind, redis: RedisServer): CoordinatorPair {
  const pair = {} as CoordinatorPair
  beforeEach(async () => {
    pair.one = await startCoordinator(kind, redis)
    pair.other = await startCoordinator(kind, redis)
  })
  afterEach(() => {
    pair.one.close()
    pair.other.close()
  })
  return pair
}
