import { isRecord, type UnknownRecord } from '../record'

/** An `ioredis` client, single or cluster, as far as it is used here; `iovalkey` is one, too. */
export interface IoredisClient {
  readonly call: (...args: never[]) => unknown
  eval(script: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>
}

/** A node-`redis` client, pool, cluster or sentinel, as far as it is used here. It has to be connected by the app. */
export interface NodeRedisClient {
  readonly sendCommand: (...args: never[]) => unknown
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** Any of the clients: they are told apart by their methods. */
export type RedisClient = IoredisClient | NodeRedisClient

/** A Lua script with what it works on. Everything is sent as one: it is what all kinds of clients send alike. */
export interface RedisCommand {
  script: string
  /** They share a hash tag, so that a cluster keeps them on one node. */
  keys: string[]
  args: (string | number)[]
}

/** Sends a command and resolves with Redis's reply, in the client's own types. */
export type RedisSend = (command: RedisCommand) => Promise<unknown>

/** Whether this can be used as a client: told by its methods, so that neither package has to be there. */
export function isRedisClient(client: unknown): client is RedisClient {
  return hasMethod(client, 'eval') && (hasMethod(client, 'call') || hasMethod(client, 'sendCommand'))
}

/** One way to speak to any of the clients. */
export function redisSender(client: RedisClient): RedisSend {
  if (isIoredis(client)) {
    return async ({ script, keys, args }) => client.eval(script, keys.length, ...keys, ...args.map(String))
  }
  // node-redis ends the process at an `error` that nobody listens to. Its outages are the coordinator's events.
  if (hasMethod(client, 'on') && hasMethod(client, 'listenerCount') && client.listenerCount('error') === 0) {
    client.on('error', () => {})
  }
  return async ({ script, keys, args }) => client.eval(script, { keys, arguments: args.map(String) })
}

/** ioredis has a `sendCommand` as well, of another kind. */
function isIoredis(client: RedisClient): client is IoredisClient {
  return hasMethod(client, 'call')
}

type Method = (...args: unknown[]) => unknown

function hasMethod<N extends string>(value: unknown, name: N): value is UnknownRecord & Record<N, Method> {
  return isRecord(value) && typeof value[name] === 'function'
}
