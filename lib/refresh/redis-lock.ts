import { randomUUID } from 'node:crypto'
import type { RedisCommand } from './redis-client'
import type { RedisLink } from './redis-link'
import { readFlag } from './redis-reply'

/** Takes the lock, or extends it where it is the owner's already. One without expiry is no lock of ours. */
const HOLD = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.pcall('GET', KEYS[1]) == ARGV[1] or redis.call('PTTL', KEYS[1]) == -1 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return 0`

const RELEASE = `
if redis.pcall('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/** Waiters look again after 20 to 40 ms: soon enough for a request, and not all at the same instant. */
const SHORTEST_WAIT_MS = 20
const LONGEST_WAIT_MS = 40
const HEARTBEATS_PER_EXPIRY = 3

/** A command that shows whether locks can be had, and leaves nothing behind. */
export function lockProbe(prefix: string): RedisCommand {
  return { script: HOLD, keys: [`${prefix}probe:${randomUUID()}`], args: [randomUUID(), 1_000] }
}

/**
 * Runs `run` while this process holds the lock. A holder that dies is replaced after `expiry` milliseconds; one that
 * lives extends the lock meanwhile. Without Redis there is no lock, and `run` runs at once.
 */
export function createLock(link: RedisLink, expiry: number) {
  return async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    if (link.isAway()) return run()
    const owner = randomUUID()
    const hold: RedisCommand = { script: HOLD, keys: [name], args: [owner, expiry] }
    const release = () => link.tell({ script: RELEASE, keys: [name], args: [owner] })

    let isHeld = await link.ask(hold, readFlag)
    while (isHeld === false) {
      await wait(SHORTEST_WAIT_MS + Math.random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS))
      isHeld = await link.ask(hold, readFlag)
    }
    if (isHeld === undefined) {
      // What was not answered in time may still be carried out, and nobody would hold that lock.
      release()
      return run()
    }

    const heartbeat = setInterval(() => {
      void link.ask(hold, readFlag).then((isStillHeld) => {
        if (isStillHeld === false) clearInterval(heartbeat)
      })
    }, expiry / HEARTBEATS_PER_EXPIRY)
    heartbeat.unref()
    try {
      return await run()
    } finally {
      clearInterval(heartbeat)
      release()
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
