import type { BackendPath } from './request'

/** What can go wrong between a client and the backend. One request meets one fault. */
export type FaultKind =
  /** 503. Not processed. */
  | { kind: 'unavailable' }
  /** 429 with `Retry-After`, in whole seconds. Not processed. */
  | { kind: 'rate-limited'; retryAfter: number }
  /** 200 with a page of HTML where JSON should be, as from a proxy. Not processed. */
  | { kind: 'html' }
  /** The connection is reset before the request is processed. */
  | { kind: 'reset' }
  /** The request is processed, its token spent, and the connection reset instead of an answer. */
  | { kind: 'lost' }
  /** The request is processed at once, and answered `delay` seconds later. */
  | { kind: 'slow'; delay: number }
  /** No answer ever. Not processed. */
  | { kind: 'hang' }

/** A fault to inject, and where. */
export type Fault = FaultKind & {
  /**
   * The endpoint that it strikes.
   * @default 'refresh'
   */
  path?: BackendPath
  /**
   * How many requests it strikes; `Infinity`: all, until it is removed.
   * @default 1
   */
  times?: number
}

const KINDS: readonly string[] = ['unavailable', 'rate-limited', 'html', 'reset', 'lost', 'slow', 'hang']
const PATHS: readonly string[] = ['login', 'refresh', 'logout', 'me']

/** Node holds a timer's delay in a signed 32-bit integer of milliseconds: longer ones fire at once. */
const MAX_DELAY_S = Math.floor((2 ** 31 - 1) / 1000)

/** The faults still to strike, first injected first. */
export function createFaults() {
  const waiting = new Set<{ fault: FaultKind; path: BackendPath; left: number }>()

  /** Adds a fault and returns what removes it; throws a `TypeError` that quotes the bad field. */
  function inject(fault: Fault): () => void {
    check(fault)
    const entry = { fault: { ...fault }, path: fault.path ?? 'refresh', left: fault.times ?? 1 }
    waiting.add(entry)
    return () => void waiting.delete(entry)
  }

  /** The fault that strikes this request, if any; it then has one time less. */
  function take(path: BackendPath): FaultKind | undefined {
    for (const entry of waiting) {
      if (entry.path !== path) continue
      entry.left -= 1
      if (entry.left === 0) waiting.delete(entry)
      return entry.fault
    }
    return undefined
  }

  return { inject, take, clear: () => waiting.clear() }
}

function check(fault: Fault): void {
  const { kind, path = 'refresh', times = 1 } = fault
  if (!KINDS.includes(kind)) throw new TypeError(`"kind" must be one of ${KINDS.join(', ')}`)
  if (!PATHS.includes(path)) throw new TypeError(`"path" must be one of ${PATHS.join(', ')}`)
  if (times !== Infinity && !(Number.isInteger(times) && times > 0)) {
    throw new TypeError('"times" must be a whole number above 0, or Infinity')
  }
  if (kind === 'rate-limited' && !(Number.isInteger(fault.retryAfter) && fault.retryAfter >= 0)) {
    throw new TypeError('"retryAfter" must be a whole number of seconds, 0 or more')
  }
  if (kind === 'slow' && !(fault.delay >= 0 && fault.delay <= MAX_DELAY_S)) {
    throw new TypeError(`"delay" must be a number of seconds from 0 to ${MAX_DELAY_S}`)
  }
}
