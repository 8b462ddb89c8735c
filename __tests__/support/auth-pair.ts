import { createTokenBackend, type TokenBackend, type TokenBackendOptions } from '../../lib/testing'
import { buildAuthProcesses, type AuthProcess, type AuthProcesses } from './auth-processes'
import { listen } from './listen'
import { startRedis, type RedisServer } from './redis-server'

/** Two processes, one with each client, in front of a strict backend in this one. */
export interface AuthPair {
  backend: TokenBackend
  one: AuthProcess
  other: AuthProcess
}

export interface AuthPairs {
  redis: RedisServer
  /** A token is due after a tenth of its life, which the backend cuts to a whole second. Ends with the test. */
  start(options: TokenBackendOptions & { accessTokenLifetime: number }): Promise<AuthPair>
}

/** Pairs of processes for the tests of this file, with one Redis for all of them. */
export function authPairs(): AuthPairs {
  const redis = {} as RedisServer
  let processes: AuthProcesses
  let end = async () => {}
  beforeAll(async () => {
    processes = await buildAuthProcesses()
    Object.assign(redis, await startRedis())
  })
  afterEach(() => end())
  afterAll(async () => {
    await processes.close()
    await redis.close()
  })

  async function start(options: TokenBackendOptions & { accessTokenLifetime: number }): Promise<AuthPair> {
    const backend = createTokenBackend(options)
    const server = await listen(backend.listener)
    const window = options.accessTokenLifetime * 0.9
    const settings = { backendURL: server.origin, redisURL: redis.url, window }
    const [one, other] = await Promise.all([
      processes.start({ ...settings, clientKind: 'ioredis' }),
      processes.start({ ...settings, clientKind: 'redis' }),
    ])
    end = async () => {
      await Promise.all([one.kill(), other.kill()])
      await server.close()
    }
    return { backend, one, other }
  }
  return { redis, start }
}

/** Expects that processes still run, and have printed no error. */
export function expectNoComplaint(...running: AuthProcess[]): void {
  for (const each of running) {
    expect(each.hasEnded()).toBe(false)
    expect(each.errors()).toBe('')
  }
}
