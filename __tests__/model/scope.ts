import type { Family, Issue } from './truth'
import type { AppProcess } from './world'

export interface Instant {
  tick: number
  time: number
}

/** Something that a process learned at an instant. */
export interface Fact {
  process: AppProcess
  at: Instant
}

/** What one memory holds: that of a process until it crashes, or that of the store. */
export interface Scope {
  name: string
  /** Milliseconds until something learned is known to all: what a write and a read of the store may take. */
  settles: number
  /** By the spent refresh token, what came for it and until when it has to be remembered. */
  learned: Map<string, Fact & { successor: Issue; until: number }>
  signedOut: Map<Family, Fact>
  /** Renewals on the wire. */
  underWay: Set<UnderWay>
  /** By refresh token, before which instant nobody may try it again, and how often in a row that was said. */
  quiet: Map<string, Quiet & { failures: number }>
  /** By refresh token, how long the backend asked to be left alone. */
  asked: Map<string, Quiet>
  /** Sessions that were ended while they lived, and those whose revocation the backend was asked for. */
  toRevoke: Set<Family>
  revoked: Set<Family>
  locksLostAt: number
}

export interface Quiet extends Fact {
  until: number
}

export interface UnderWay {
  refreshToken: string
  startedAt: number
  process: AppProcess
}

export function createScope(name: string, settles: number): Scope {
  return {
    name,
    settles,
    learned: new Map(),
    signedOut: new Map(),
    underWay: new Set(),
    quiet: new Map(),
    asked: new Map(),
    toRevoke: new Set(),
    revoked: new Set(),
    locksLostAt: -Infinity,
  }
}

/** Whether all who share the scope know of it by `now`: the process has lived to write it down. */
export function hasSettled({ settles }: Scope, { at, process }: Fact, now: Instant): boolean {
  if (settles === 0) return at.tick < now.tick
  return at.time + settles <= Math.min(now.time, process.diedAt)
}
