import type { NextAuthOptions } from 'next-auth'
import type { RefreshEvent } from '../../lib'
import { createTokenBackend, type TokenBackend } from '../../lib/testing'
import type { Browser } from './browser'
import { PROCESSES, type History, type Setting } from './history'
import type { Flaw } from './library'
import { createSharedStore, type SharedStore } from './shared-store'
import { createScope, type Scope } from './scope'
import { createTruth, type Family, type Issue, type Truth } from './truth'
import type { VirtualTime } from './virtual-time'

/** One incarnation of an app process. */
export interface AppProcess {
  name: string
  scope: Scope
  /** Crashed: nothing it still does reaches anyone. */
  dead: boolean
  diedAt: number
  forAuthRoutes: NextAuthOptions
  forPages: NextAuthOptions
  /** When it last presented a refresh token. */
  presented: Map<string, number>
  /** Of which refresh token of a session it heard last, be it that no answer came. */
  heardOf: Map<Family, string>
}

/** A law found broken. */
export interface Violation {
  law: string
  what: string
}

export interface World {
  setting: Setting
  flaw: Flaw
  time: VirtualTime
  truth: Truth
  backend: TokenBackend
  store: SharedStore | undefined
  processes: AppProcess[]
  browsers: Browser[]
  /** How many processes were started in all. */
  incarnations: number
  /** How many refreshes the backend will still answer with `invalid_client`. */
  misconfigured: number
  /** Whether something happened after which a refresh token may rightly be presented twice. */
  disturbed: boolean
  /** The access tokens that the backend has rejected before their time. */
  rejected: Set<string>
  /** Whether a process died. */
  crashed: boolean
  events: RefreshEvent[]
  /** By the name that events give it. */
  sessionNames: Map<string, Family>
  /** What the library and next-auth wrote to the app's logger. */
  logged: string[]
  trace: string[]
  violations: Violation[]
  note(line: string): void
  breaks(law: string, what: string): void
  latency(): number
}

/** No single look into the store takes longer, there and back. */
export const LONGEST_LOOK_MS = 40

/** A scope of the process's own, or the store's. */
export function scopeOf(world: World, name: string): Scope {
  if (world.store) return world.store.scope
  return createScope(name, 0)
}

export function createWorld({ setting }: History, time: VirtualTime, flaw: Flaw): World {
  const truth = createTruth(time, setting.retention)
  const begun = time.now()
  let turn = 0
  const world: World = {
    setting,
    flaw,
    time,
    truth,
    backend: createTokenBackend({
      accessTokenLifetime: setting.accessTokenLifetime,
      refreshTokenLifetime: setting.refreshTokenLifetime,
      grace: setting.grace,
      now: () => time.now(),
      secret: 'the access tokens of the model',
    }),
    store: undefined,
    processes: [],
    browsers: [],
    incarnations: 0,
    misconfigured: 0,
    disturbed: setting.deployment === 'apart' || (setting.retention ?? 60) < 60,
    rejected: new Set(),
    crashed: false,
    events: [],
    sessionNames: new Map(),
    logged: [],
    trace: [],
    violations: [],
    note(line) {
      world.trace.push(`${((time.now() - begun) / 1000).toFixed(3).padStart(10)}  ${line}`)
    },
    breaks(law, what) {
      world.note(`!! law ${law}: ${what}`)
      world.violations.push({ law, what })
    },
    latency() {
      turn += 1
      return setting.latencies[turn % setting.latencies.length] ?? 0
    },
  }
  if (setting.deployment === 'shared') world.store = createSharedStore(world)
  return world
}

export function processCount({ deployment }: Setting): number {
  return deployment === 'one' ? 1 : PROCESSES
}

/** How the trace calls a token set. */
export function nameOfIssue(issue: Issue | undefined): string {
  return issue ? `${issue.family.name}.${issue.index}` : 'no token of this backend'
}
