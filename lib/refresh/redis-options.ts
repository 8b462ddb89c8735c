import { butNot, DURATION, requireOptions, type Check, type Checks } from '../option-checks'
import { isRedisClient, type RedisClient } from './redis-client'

/** Durations are seconds. */
export interface RedisCoordinatorOptions {
  /** The app's client of `ioredis` or node-`redis`; the latter connected with `await client.connect()`. */
  client: RedisClient
  /**
   * What all keys in Redis begin with. Apps that share sessions share it.
   * @default 'next-auth-refresh:'
   */
  prefix?: string
  /**
   * Seconds after which a process that has died in the middle of a refresh is replaced. One that lives extends its lock
   * for as long as the refresh takes. A successor is kept in Redis at least as long, whatever `retention` says.
   * @default 5
   */
  lockTimeout?: number
  /**
   * Seconds that Redis may take to answer; then this process goes on by itself until Redis is back.
   * @default 0.5
   */
  commandTimeout?: number
  /**
   * How many tokens and sessions this process remembers besides Redis, and writes to it once it is back.
   * @default 10_000
   */
  maxEntries?: number
  /**
   * Names this process's own memory, as in `memoryCoordinator`.
   * @default 'default'
   */
  scope?: string
}

const TEXT: Check = [(value) => typeof value === 'string' && value !== '', 'a text that is not empty']

const CHECKS: Checks<RedisCoordinatorOptions> = {
  client: [isRedisClient, 'a client of ioredis or node-redis'],
  prefix: TEXT,
  lockTimeout: DURATION,
  commandTimeout: DURATION,
  maxEntries: [(value) => Number.isInteger(value) && Number(value) > 0, 'a whole number above 0'],
  scope: TEXT,
}

/**
 * Checks the options of `redisCoordinator` and fills in the defaults. One that is `undefined` counts as not given.
 *
 * @throws {TypeError} quoting the option that is unknown, missing or can't be
 */
export function resolveRedisOptions(options: RedisCoordinatorOptions | undefined): Required<RedisCoordinatorOptions> {
  requireOptions('redisCoordinator', options ?? {}, CHECKS, butNot)
  if (!options?.client) {
    throw new TypeError('redisCoordinator: `client` is missing; pass your client of ioredis or node-redis')
  }
  const { client, prefix = 'next-auth-refresh:', lockTimeout = 5, commandTimeout = 0.5 } = options
  const { maxEntries = 10_000, scope = 'default' } = options
  return { client, prefix, lockTimeout, commandTimeout, maxEntries, scope }
}
