import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { CoordinatorEvent, IssuedTokenSet, RefreshCoordinator } from '../../lib'
import { redisCoordinator, type RedisClient, type RedisCoordinatorOptions } from '../../lib/redis'
import type { RedisServer } from './redis-server'

export const CLIENT_KINDS = ['ioredis', 'redis'] as const
export type ClientKind = (typeof CLIENT_KINDS)[number]

export interface Connection {
  client: RedisClient
  close(): void
}

/** A client as an app would make it, with no settings beyond the address. */
export async function connectRedis(kind: ClientKind, url: string): Promise<Connection> {
  if (kind === 'ioredis') {
    const client = new Redis(url)
    client.on('error', () => {})
    return { client, close: () => client.disconnect() }
  }
  const client = createClient({ url })
  await client.connect()
  return {
    client,
    close() {
      if (client.isOpen) client.destroy()
    },
  }
}

/** A coordinator as another process would have it: with a memory and a connection of its own. */
export interface CoordinatorProcess {
  coordinator: RefreshCoordinator
  events: CoordinatorEvent[]
  close(): void
}

export async function startCoordinator(
  kind: ClientKind,
  redis: RedisServer,
  options: Partial<RedisCoordinatorOptions> = {},
): Promise<CoordinatorProcess> {
  const { client, close } = await connectRedis(kind, redis.url)
  const coordinator = redisCoordinator({ client, scope: randomUUID(), ...options })
  const events: CoordinatorEvent[] = []
  coordinator.observe?.((event) => events.push(event))
  return { coordinator, events, close }
}

/** A refresh token that nobody has used, and its name with a coordinator. */
export function newKey(): string {
  return `credentials\n${randomBytes(24).toString('base64url')}`
}

export function newSuccessor(generation = 1, refreshToken = randomBytes(24).toString('base64url')): IssuedTokenSet {
  const now = Date.now()
  const accessToken = randomBytes(24).toString('base64url')
  return { accessToken, accessTokenExpiry: now + 60_000, refreshToken, obtainedAt: now, generation }
}

export async function until(holds: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const deadline = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not come true within ${patience} ms: ${String(holds)}`)
    await delay(10)
  }
}
