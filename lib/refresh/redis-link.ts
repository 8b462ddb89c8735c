import { LRUCache } from 'lru-cache'
import { messageOf } from '../errors'
import type { CoordinatorEvent } from '../events'
import type { RedisCommand, RedisSend } from './redis-client'

/** Makes the command that writes a value for so many milliseconds. */
export type RedisWrite = (ttl: number) => RedisCommand

/** Redis, as far as it is there: nothing here rejects, or takes longer than the time for one command. */
export interface RedisLink {
  isAway(): boolean
  /** What Redis replies, as `read` reads it. `undefined` where it is away, or turns out to be. */
  ask<T>(command: RedisCommand, read: (reply: unknown) => T | undefined): Promise<T | undefined>
  /** Writes for `ttl` milliseconds, and anew under this `name` when Redis comes back within them. */
  write(name: string, write: RedisWrite, ttl: number): Promise<void>
  /** Writes what has this name no more. */
  forget(name: string): void
  /** Sends a command whose outcome makes no difference, even where Redis is away. */
  tell(command: RedisCommand): void
  observe(emit: (event: CoordinatorEvent) => void): void
}

export interface RedisLinkOptions {
  send: RedisSend
  /** Seconds. */
  commandTimeout: number
  maxEntries: number
  /** Shows whether Redis can be used again. */
  probe: () => RedisCommand
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** An outage this soon after the last one counts as the same: a Redis that is often slow is left alone longer. */
const CALM_MS = 30_000
const BATCH = 100
const TICKS = 5

/** Knows whether Redis is there, tries again while it is not, and brings it up to date when it is back. */
export function createRedisLink({ send, commandTimeout, maxEntries, probe }: RedisLinkOptions): RedisLink {
  // What was written, oldest first: a Redis that comes back may have lost even that from before the outage.
  const journal = new LRUCache<string, RedisWrite>({ max: maxEntries })
  let emit: (event: CoordinatorEvent) => void = () => {}
  let isAway = false
  let outages = 0
  let pause = FIRST_PAUSE_MS
  let backSince = -Infinity

  function sendInTime(command: RedisCommand): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let ticks = 0
      // A process that is busy for long is no slow Redis: however long, that is one tick, and then replies are read.
      const clock = setInterval(() => {
        ticks += 1
        if (ticks < TICKS) return
        clearInterval(clock)
        reject(new Error(`Redis did not answer within ${commandTimeout} s`))
      }, (commandTimeout * 1000) / TICKS)
      void send(command)
        .then(resolve, reject)
        .finally(() => clearInterval(clock))
    })
  }

  function lose(error: unknown): void {
    isAway = true
    outages += 1
    pause = performance.now() - backSince < CALM_MS ? longer(pause) : FIRST_PAUSE_MS
    tryLater()
    emit({ type: 'coordinator-degraded', reason: reasonOf(error) })
  }

  function tryLater(): void {
    setTimeout(() => {
      tryAgain().catch(() => {
        pause = longer(pause)
        tryLater()
      })
    }, pause).unref()
  }

  async function tryAgain(): Promise<void> {
    await sendInTime(probe())
    const written = new Set<RedisWrite>()
    const unwritten = () => [...journal].reverse().filter(([, write]) => !written.has(write))
    const rewrite = async ([name, write]: [string, RedisWrite]) => {
      await sendInTime(write(atLeastOne(journal.getRemainingTTL(name))))
      written.add(write)
    }
    for (let left = unwritten(); left.length > 0; left = unwritten()) {
      for (let at = 0; at < left.length; at += BATCH) await Promise.all(left.slice(at, at + BATCH).map(rewrite))
    }
    // Nothing may wait between the last look and this, or what is written in between would be missed.
    isAway = false
    backSince = performance.now()
    emit({ type: 'coordinator-restored' })
  }

  async function ask<T>(command: RedisCommand, read: (reply: unknown) => T | undefined): Promise<T | undefined> {
    if (isAway) return undefined
    const outagesBefore = outages
    try {
      const answer = read(await sendInTime(command))
      if (answer === undefined) throw new Error('Redis gave a reply of another kind')
      return answer
    } catch (error) {
      // Late news of an outage that is over is no new one.
      if (outages === outagesBefore) lose(error)
      return undefined
    }
  }

  return {
    isAway: () => isAway,
    ask,
    async write(name, write, ttl) {
      journal.set(name, write, { ttl: atLeastOne(ttl) })
      await ask(write(atLeastOne(ttl)), () => true)
    },
    forget: (name) => void journal.delete(name),
    tell: (command) => void send(command).catch(() => {}),
    observe(observer) {
      emit = observer
    },
  }
}

function longer(pause: number): number {
  return Math.min(pause * 2, LONGEST_PAUSE_MS)
}

/** Redis takes whole milliseconds, and none is no time-to-live. */
function atLeastOne(ttl: number): number {
  return Math.max(Math.ceil(ttl), 1)
}

/** In one line. No command holds a secret in clear, so no message about one does. */
function reasonOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown }
  return (messageOf(error).split('\n')[0] || (typeof code === 'string' ? code : 'Redis failed')).slice(0, 200)
}
