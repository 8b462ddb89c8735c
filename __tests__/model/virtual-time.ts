/** A clock and timers that this process's code sees in place of the real ones; hours pass as fast as code runs. */
export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number
  /** One more with each timer that fires: what happens within one number happened in one go, without any waiting. */
  tick(): number
  sleep(milliseconds: number): Promise<void>
  /** Lets this time pass, with all that falls due in it. */
  pass(milliseconds: number): Promise<void>
  /** Lets time pass until nothing is left to wait for; gives up after so many timers. */
  settle(maxTimers?: number): Promise<boolean>
  restore(): void
}

interface Timer {
  at: number
  order: number
  run: () => void
}

/** Stands for Node's own handle, as far as the code under test asks of it. */
type Handle = number & { unref?: () => void }

const EPOCH = Date.UTC(2030, 0, 1)
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  dateNow: Date.now,
  performanceNow: performance.now,
  random: Math.random,
}

/**
 * Takes over `Date.now`, `performance.now`, `setTimeout` and `Math.random`, whose numbers follow from `seed`, so that a
 * history goes the same way each time. Nothing under test may wait for real IO or for the thread pool.
 */
export function takeVirtualTime(seed: number): VirtualTime {
  let now = EPOCH
  let tick = 0
  let order = 0
  const timers = new Map<number, Timer>()

  Date.now = () => Math.floor(now)
  performance.now = () => now - EPOCH
  Math.random = randomFrom(seed)
  globalThis.setTimeout = ((callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
    order += 1
    timers.set(order, { at: now + Math.max(milliseconds, 0), order, run: () => callback(...args) })
    return order as Handle
  }) as unknown as typeof setTimeout
  globalThis.clearTimeout = ((handle: Handle | undefined) => {
    if (handle !== undefined) timers.delete(handle)
  }) as typeof clearTimeout

  /** Runs all that can run without waiting: promises and ticks come before an immediate. */
  const drain = () => new Promise<void>((resolve) => void real.setImmediate(resolve))

  function earliest(): Timer | undefined {
    let first: Timer | undefined
    // In the order of their making, so that of two with one instant the older fires first.
    for (const timer of timers.values()) if (!first || timer.at < first.at) first = timer
    return first
  }

  async function fire(timer: Timer): Promise<void> {
    timers.delete(timer.order)
    now = Math.max(now, timer.at)
    tick += 1
    timer.run()
    await drain()
  }

  return {
    now: () => Math.floor(now),
    tick: () => tick,
    sleep: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
    async pass(milliseconds) {
      const until = now + milliseconds
      await drain()
      for (let next = earliest(); next && next.at <= until; next = earliest()) await fire(next)
      now = until
      tick += 1
    },
    async settle(maxTimers = 20_000) {
      await drain()
      let left = maxTimers
      for (let next = earliest(); next && left > 0; next = earliest(), left -= 1) await fire(next)
      tick += 1
      return left > 0
    },
    restore() {
      Date.now = real.dateNow
      performance.now = real.performanceNow
      Math.random = real.random
      globalThis.setTimeout = real.setTimeout
      globalThis.clearTimeout = real.clearTimeout
    },
  }
}

/** Mulberry32: numbers from 0 to 1 that follow from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
