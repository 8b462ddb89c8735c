import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Trouble } from '../../../lib'
import { newKey, newSuccessor, startCoordinator, type CoordinatorProcess } from '../../support/redis-coordinators'
import { startRedis, type RedisServer } from '../../support/redis-server'

const HOUR = 3_600_000
const TROUBLE: Trouble = { kind: 'refused', code: 'refused', generation: 0 }

let redis: RedisServer
let observer: Redis
let one: CoordinatorProcess
let other: CoordinatorProcess

beforeAll(async () => {
  redis = await startRedis()
  observer = new Redis(redis.url)
})
afterAll(async () => {
  observer.disconnect()
  await redis.close()
})
beforeEach(async () => {
  await observer.flushall()
  one = await startCoordinator('ioredis', redis)
  other = await startCoordinator('redis', redis)
})
afterEach(() => {
  one.close()
  other.close()
})

/** Everything that Redis holds. */
async function dump(): Promise<string> {
  const names = await observer.keys('*')
  return (await Promise.all(names.map(async (name) => `${name} ${await observer.get(name)}`))).join('\n')
}

it('never holds a token or a session’s id in clear, nor is sent one', async () => {
  const monitor = await observer.monitor()
  let seen = ''
  monitor.on('monitor', (_time: string, args: string[]) => (seen += `${args.join(' ')}\n`))
  const key = newKey()
  const [, refreshToken = ''] = key.split('\n')
  const troubled = newKey()
  const successor = newSuccessor()
  const sessionId = randomUUID()

  await one.coordinator.once(key, async () => {
    await one.coordinator.recall(key)
    await one.coordinator.rememberSuccessor(key, successor, HOUR)
    await one.coordinator.rememberTrouble(troubled, TROUBLE, HOUR)
    await one.coordinator.endSession(sessionId, HOUR)
    seen += await dump()
  })
  await other.coordinator.recall(key)
  await other.coordinator.hasEnded(sessionId)
  await delay(50)
  monitor.disconnect()

  expect(seen.split('\n').length).toBeGreaterThan(10)
  const secrets = [refreshToken, troubled.slice(12), successor.accessToken, successor.refreshToken ?? '', sessionId]
  for (const secret of secrets) {
    const bytes = Buffer.from(secret)
    expect(seen).not.toContain(secret)
    expect(seen).not.toContain(bytes.toString('base64').slice(0, 24))
    expect(seen).not.toContain(bytes.toString('hex'))
  }
  // Redis is no place to try out tokens that were seen elsewhere: what names them is no plain hash.
  for (const secret of [key, refreshToken, troubled]) {
    expect(seen).not.toContain(createHash('sha256').update(secret).digest('base64url'))
  }
})

it('lets nobody read a successor under another token', async () => {
  const [key, stolen] = [newKey(), newKey()]
  await one.coordinator.rememberSuccessor(key, newSuccessor(), HOUR)
  await one.coordinator.rememberSuccessor(stolen, newSuccessor(), HOUR)
  const [a = '', b = ''] = await observer.keys('*:successor')
  const [valueOfA, valueOfB] = await observer.mget(a, b)
  await observer.mset(a, valueOfB ?? '', b, valueOfA ?? '')
  expect(await other.coordinator.recall(key)).toEqual({})
  expect(await other.coordinator.recall(stolen)).toEqual({})
})

describe('what is not ours in Redis', () => {
  const key = newKey()
  const successor = newSuccessor(3)
  let names: { successor: string; trouble: string }

  beforeEach(async () => {
    await one.coordinator.rememberTrouble(key, TROUBLE, HOUR)
    const trouble = (await observer.keys('*:trouble'))[0] ?? ''
    names = { trouble, successor: trouble.replace(/trouble$/, 'successor') }
    await observer.flushall()
  })

  it.each([
    '',
    'garbage',
    '1',
    '1 ',
    '1 a.b.c.d.e',
    'NaN garbage',
    JSON.stringify(TROUBLE),
    JSON.stringify(successor),
    '\u0000\uffff 1',
  ])('counts as nothing, and is replaced: %j', async (garbage) => {
    await observer.mset(names.successor, garbage, names.trouble, garbage)
    expect(await other.coordinator.recall(key)).toEqual({})
    await other.coordinator.rememberSuccessor(key, successor, HOUR)
    expect((await one.coordinator.recall(key)).successor).toEqual(successor)
    expect(other.events).toEqual([])
  })

  it('counts as nothing where it is of another type', async () => {
    await observer.rpush(names.successor, 'garbage')
    await observer.hset(names.trouble, 'garbage', 'garbage')
    expect(await other.coordinator.recall(key)).toEqual({})
    await other.coordinator.rememberSuccessor(key, successor, HOUR)
    expect((await one.coordinator.recall(key)).successor).toEqual(successor)
    expect(other.events).toEqual([])
  })

  it('counts as nothing where it is cut short', async () => {
    await other.coordinator.rememberSuccessor(key, successor, HOUR)
    const value = (await observer.get(names.successor)) ?? ''
    const reader = await startCoordinator('redis', redis)
    for (const length of [1, 2, 20, value.length - 1]) {
      await observer.set(names.successor, value.slice(0, length))
      expect(await reader.coordinator.recall(key)).toEqual({})
    }
    await observer.set(names.successor, value, 'PX', HOUR)
    expect((await reader.coordinator.recall(key)).successor).toEqual(successor)
    reader.close()
  })
})
