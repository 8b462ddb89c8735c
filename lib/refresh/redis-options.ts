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

/** Node holds a timer's delay in a signed 32-bit integer. */
const MAX_DURATION_S = 2_147_483

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isDuration = (value: unknown) => typeof value === 'number' && value > 0 && value <= MAX_DURATION_S
const DURATION = `a number of seconds above 0, ${MAX_DURATION_S} at most`

const CHECKS: { [K in keyof Required<RedisCoordinatorOptions>]: [is: (value: unknown) => boolean, wanted: string] } = {
  client: [isRedisClient, 'a client of ioredis or node-redis'],
  prefix: [isText, 'a text that is not empty'],
  lockTimeout: [isDuration, DURATION],
  commandTimeout: [isDuration, DURATION],
  maxEntries: [(value) => Number.isInteger(value) && Number(value) > 0, 'a whole number above 0'],
  scope: [isText, 'a text that is not empty'],
}

/**
 * Checks the options of `redisCoordinator` and fills in the defaults. One that is `undefined` counts as not given.
 *
 * @throws {TypeError} quoting the option that is unknown, missing or can't be
 */
export function resolveRedisOptions(options: RedisCoordinatorOptions | undefined): Required<RedisCoordinatorOptions> {
  for (const [name, value] of Object.entries(options ?? {})) {
    const check = Object.hasOwn(CHECKS, name) && CHECKS[name as keyof RedisCoordinatorOptions]
    if (!check) {
      throw new TypeError(`redisCoordinator: unknown option \`${name}\`; there are ${Object.keys(CHECKS).join(', ')}`)
    }
    if (value !== undefined && !check[0](value)) {
      throw new TypeError(`redisCoordinator: \`${name}\` must be ${check[1]}, not ${show(value)}`)
    }
  }
  if (!options?.client) {
    throw new TypeError('redisCoordinator: `client` is missing; pass your client of ioredis or node-redis')
  }
  const { client, prefix = 'next-auth-refresh:', lockTimeout = 5, commandTimeout = 0.5 } = options
  const { maxEntries = 10_000, scope = 'default' } = options
  return { client, prefix, lockTimeout, commandTimeout, maxEntries, scope }
}

/** A client holds the password of its connection: objects are not shown. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
