/*
 * The lock is a few lines of Lua over the app's own client, and no package. `@sesamecare-oss/redlock` (1.4) is for a
 * quorum of independent Redis servers, `@verrou/core` (0.5) for many kinds of stores. Both want an ioredis client,
 * retry every 200 to 250 ms by default, and leave to the caller what most of this is about: a bound on the time of each
 * command, the way on without Redis and back, and the result that waiters are waiting for. verrou has no heartbeat, and
 * makes its owners with `Math.random`. A quorum would not help: the successors live in one Redis anyway.
 */
import type { IssuedTokenSet, RefreshCoordinator } from './coordinator'
import { memoryCoordinator } from './memory'
import { redisSender } from './redis-client'
import { createRedisLink } from './redis-link'
import { createLock, lockProbe } from './redis-lock'
import { resolveRedisOptions, type RedisCoordinatorOptions } from './redis-options'
import { createRedisStore } from './redis-store'

/**
 * Single-flight and memory for all processes that use one Redis (or Valkey). While Redis is slow or gone, this process
 * goes on by itself, says so in an event, and tells Redis what it has missed when it is back. Make one at module level,
 * not one a request.
 *
 * @throws {TypeError} for an option that is unknown, missing or can't be
 */
export function redisCoordinator(options: RedisCoordinatorOptions): RefreshCoordinator {
  const { client, prefix, lockTimeout, commandTimeout, maxEntries, scope } = resolveRedisOptions(options)
  const expiry = Math.ceil(lockTimeout * 1000)
  const memory = memoryCoordinator({ maxEntries, scope })
  const send = redisSender(client)
  const link = createRedisLink({ send, commandTimeout, maxEntries, probe: () => lockProbe(prefix) })
  const store = createRedisStore(link, prefix)
  const withLock = createLock(link, expiry)

  return {
    once: (key, run) => memory.once(key, (flight) => withLock(store.lockName(key), () => run(flight))),

    async recall(key) {
      const known = await memory.recall(key)
      // The successor of a spent token never changes; one that keeps the token is followed by others.
      if (known.successor && !keepsToken(key, known.successor)) return known
      const stored = await store.read(key)
      if (!stored) return known
      const { successor, trouble } = stored
      if (successor && isBehind(known.successor, successor.value)) {
        await memory.rememberSuccessor(key, successor.value, successor.ttl)
      }
      // What is remembered here as well is there when Redis is not.
      if (trouble) await memory.rememberTrouble(key, trouble.value, trouble.ttl)
      const newest = successor && isBehind(known.successor, successor.value) ? successor.value : known.successor
      // With a successor, another process has cleared the trouble; with nothing at all, Redis has lost it.
      const lasting = trouble?.value ?? (successor ? undefined : known.trouble)
      return { ...(newest && { successor: newest }), ...(lasting && { trouble: lasting }) }
    },

    async rememberSuccessor(key, successor, ttl) {
      const known = await memory.recall(key)
      if (known.successor && isBehind(successor, known.successor)) return
      await memory.rememberSuccessor(key, successor, ttl)
      // Whoever waited for the lock has to find it, or would spend the token again.
      await store.writeSuccessor(key, successor, Math.max(ttl, expiry))
    },

    async rememberTrouble(key, trouble, ttl) {
      await memory.rememberTrouble(key, trouble, ttl)
      if (ttl > 0) await store.writeTrouble(key, trouble, ttl)
    },

    async endSession(sessionId, ttl) {
      await memory.endSession(sessionId, ttl)
      if (ttl > 0) await store.writeEnded(sessionId, ttl)
    },

    async hasEnded(sessionId) {
      if (await memory.hasEnded(sessionId)) return true
      const left = (await store.readEnded(sessionId)) ?? 0
      if (left > 0) await memory.endSession(sessionId, left)
      return left > 0
    },

    observe: (emit) => link.observe(emit),
  }
}

/** Whether the provider doesn't rotate, and the same refresh token goes on (a key ends in its token). */
function keepsToken(key: string, { refreshToken }: IssuedTokenSet): boolean {
  return refreshToken === undefined || key.endsWith(refreshToken)
}

function isBehind(one: IssuedTokenSet | undefined, other: IssuedTokenSet): boolean {
  return !one || one.generation < other.generation
}
