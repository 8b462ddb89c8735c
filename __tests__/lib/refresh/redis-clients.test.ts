import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, RESP_TYPES } from 'redis'
import { redisCoordinator, type RedisClient } from '../../../lib/redis'
import { newKey, newSuccessor, until } from '../../support/redis-coordinators'
import { startRedis, type RedisServer } from '../../support/redis-server'

const HOUR = 3_600_000

interface Closable {
  client: RedisClient
  close(): unknown
}

let redis: RedisServer
let cluster: RedisServer

beforeAll(async () => {
  redis = await startRedis()
  cluster = await startRedis('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
  const node = new Redis(cluster.url)
  await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await until(async () => String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
  node.disconnect()
})
afterAll(async () => {
  await redis.close()
  await cluster.close()
})

const CLIENTS: Record<string, () => Promise<Closable>> = {
  async 'an ioredis cluster'() {
    const client = new Cluster([cluster.url])
    return { client, close: () => client.disconnect() }
  },
  async 'a node-redis cluster'() {
    const client = createCluster({ rootNodes: [{ url: cluster.url }] })
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async 'a node-redis pool'() {
    const client = createClientPool({ url: redis.url }, { cleanupDelay: 10 })
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async 'node-redis that gives buffers'() {
    const client = createClient({ url: redis.url, RESP: 3 }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async 'ioredis that gives numbers as texts, and prefixes all keys'() {
    const client = new Redis(redis.url, { stringNumbers: true, keyPrefix: 'app:', enableAutoPipelining: true })
    return { client, close: () => client.disconnect() }
  },
}

it.each(Object.entries(CLIENTS))('%s is as good as any', async (_, connect) => {
  const { client, close } = await connect()
  const [one, other] = ['one', 'other'].map((name) => redisCoordinator({ client, scope: name + String(Math.random()) }))
  if (!one || !other) throw new Error('there are two')
  const events: unknown[] = []
  for (const { observe } of [one, other]) observe?.((event) => events.push(event))
  const key = newKey()
  const successor = newSuccessor()

  const results = await Promise.all(
    [one, other].map((coordinator) =>
      coordinator.once(key, async () => {
        const known = await coordinator.recall(key)
        if (known.successor) return 'adopted'
        await coordinator.rememberSuccessor(key, successor, HOUR)
        return 'renewed'
      }),
    ),
  )
  await one.endSession(key, HOUR)

  expect(results.sort()).toEqual(['adopted', 'renewed'])
  expect(await other.recall(key)).toEqual({ successor })
  expect(await other.hasEnded(key)).toBe(true)
  expect(events).toEqual([])
  await close()
})
