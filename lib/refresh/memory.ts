import { LRUCache } from 'lru-cache'
import type { Flight, IssuedTokenSet, RefreshCoordinator, Trouble } from './coordinator'

/** How much this process remembers, and which coordinators share it. */
export interface MemoryCoordinatorOptions {
  /**
   * How many tokens and sessions to remember; past it, the least recently used are forgotten.
   * @default 10_000
   */
  maxEntries?: number
  /**
   * Names the memory to use. Coordinators of one name share it, in every copy of this module in the process.
   * @default 'default'
   */
  scope?: string
}

interface Memory {
  flights: Map<string, { callers: number; result: Promise<unknown> }>
  successors: LRUCache<string, IssuedTokenSet>
  troubles: LRUCache<string, Trouble>
  ended: LRUCache<string, true>
}

/** Bundlers give each route its own copy of a module, so module variables are not one place; `globalThis` is. */
const MEMORIES = Symbol.for('next-auth-refresh.memories')

/**
 * Single-flight and memory within this process, whatever number of module copies it holds.
 *
 * @throws {TypeError} for an option that can't be
 */
export function memoryCoordinator(options: MemoryCoordinatorOptions = {}): RefreshCoordinator {
  const { maxEntries = 10_000, scope = 'default' } = options
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError(`memoryCoordinator: \`maxEntries\` must be a whole number above 0, not ${String(maxEntries)}`)
  }
  const memory = () => memoryOf(scope, maxEntries)

  return {
    once: (key, run) => singleFlight(memory().flights, key, run),
    async recall(key) {
      const { successors, troubles } = memory()
      const [successor, trouble] = [successors.get(key), troubles.get(key)]
      // For most tokens there is neither, and each session call asks twice.
      if (!successor && !trouble) return {}
      return { ...(successor && { successor }), ...(trouble && { trouble }) }
    },
    async rememberSuccessor(key, successor, ttl) {
      const { successors, troubles } = memory()
      troubles.delete(key)
      remember(successors, key, successor, ttl)
    },
    async rememberTrouble(key, trouble, ttl) {
      remember(memory().troubles, key, trouble, ttl)
    },
    async endSession(sessionId, ttl) {
      remember(memory().ended, sessionId, true, ttl)
    },
    async hasEnded(sessionId) {
      return memory().ended.has(sessionId)
    },
  }
}

function memoryOf(scope: string, max: number): Memory {
  const holder = globalThis as { [MEMORIES]?: Map<string, Memory> }
  const memories = (holder[MEMORIES] ??= new Map())
  const existing = memories.get(scope)
  if (existing) return existing
  const created: Memory = {
    flights: new Map(),
    successors: new LRUCache({ max }),
    troubles: new LRUCache({ max }),
    ended: new LRUCache({ max }),
  }
  memories.set(scope, created)
  return created
}

/** Concurrent callers with one key share one run; the next caller starts afresh. */
function singleFlight<T>(flights: Memory['flights'], key: string, run: (flight: Flight) => Promise<T>): Promise<T> {
  const running = flights.get(key)
  if (running) {
    running.callers += 1
    return running.result as Promise<T>
  }
  const flight = { callers: 1, result: Promise.resolve() as Promise<unknown> }
  const result = run(flight).finally(() => flights.delete(key))
  flight.result = result
  flights.set(key, flight)
  return result
}

/** An entry that lives no time is none: to the cache, a time-to-live of zero means for ever. */
function remember<V extends object | true>(cache: LRUCache<string, V>, key: string, value: V, ttl: number): void {
  if (ttl > 0) cache.set(key, value, { ttl: Math.ceil(ttl) })
  else cache.delete(key)
}
