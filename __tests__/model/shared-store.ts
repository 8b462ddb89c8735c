import type { Flight, IssuedTokenSet, RefreshCoordinator, Trouble } from '../../lib'
import { createScope, type Scope } from './scope'
import type { AppProcess, World } from './world'
import { LONGEST_LOOK_MS } from './world'

/** Stands for Redis: one memory and one set of locks for several processes, each look taking a moment. */
export interface SharedStore {
  scope: Scope
  coordinatorFor(process: () => AppProcess): RefreshCoordinator
  loseLocks(): void
}

/** A lock outlives a holder that died by so many milliseconds. */
const LEASE_MS = 5_000
const POLL_MS = 25

interface Lock {
  holder: AppProcess
  /** When the holder was found dead. */
  orphanedAt?: number
}

interface Kept<T> {
  value: T
  until: number
}

export function createSharedStore(world: World): SharedStore {
  const { time } = world
  const scope = createScope('store', 8 * LONGEST_LOOK_MS)
  const locks = new Map<string, Lock>()
  const successors = new Map<string, Kept<IssuedTokenSet>>()
  const troubles = new Map<string, Kept<Trouble>>()
  const ended = new Map<string, Kept<true>>()

  const read = <T>(from: Map<string, Kept<T>>, key: string): T | undefined => {
    const kept = from.get(key)
    return kept && kept.until > time.now() ? kept.value : undefined
  }
  const look = () => time.sleep(Math.min(world.latency(), LONGEST_LOOK_MS / 2))

  function isFree(key: string): boolean {
    const lock = locks.get(key)
    if (!lock) return true
    if (!lock.holder.dead) return false
    lock.orphanedAt ??= time.now()
    return time.now() >= lock.orphanedAt + LEASE_MS
  }

  function coordinatorFor(process: () => AppProcess): RefreshCoordinator {
    const flights = new Map<string, { callers: number; result: Promise<unknown> }>()

    async function alone<T>(key: string, run: (flight: Flight) => Promise<T>, flight: Flight): Promise<T> {
      await look()
      while (!isFree(key)) await time.sleep(POLL_MS)
      const lock: Lock = { holder: process() }
      locks.set(key, lock)
      try {
        return await run(flight)
      } finally {
        if (locks.get(key) === lock) locks.delete(key)
      }
    }

    return {
      once<T>(key: string, run: (flight: Flight) => Promise<T>): Promise<T> {
        const running = flights.get(key)
        if (running) {
          running.callers += 1
          return running.result as Promise<T>
        }
        const flight = { callers: 1, result: Promise.resolve() as Promise<unknown> }
        flights.set(key, flight)
        const result = alone(key, run, flight).finally(() => flights.delete(key))
        flight.result = result
        return result
      },
      async recall(key) {
        await look()
        const successor = read(successors, key)
        const trouble = read(troubles, key)
        return { ...(successor && { successor }), ...(trouble && { trouble }) }
      },
      async rememberSuccessor(key, successor, ttl) {
        await look()
        if (process().dead) return
        troubles.delete(key)
        successors.set(key, { value: successor, until: time.now() + ttl })
      },
      async rememberTrouble(key, trouble, ttl) {
        await look()
        if (!process().dead) troubles.set(key, { value: trouble, until: time.now() + ttl })
      },
      async endSession(sessionId, ttl) {
        await look()
        if (!process().dead) ended.set(sessionId, { value: true, until: time.now() + ttl })
      },
      async hasEnded(sessionId) {
        await look()
        return read(ended, sessionId) ?? false
      },
    }
  }

  return {
    scope,
    coordinatorFor,
    loseLocks() {
      locks.clear()
      scope.locksLostAt = time.now()
    },
  }
}
