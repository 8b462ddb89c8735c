import type { VirtualTime } from './virtual-time'
import { hasSettled, type Fact, type Instant, type Scope } from './scope'
import type { AppProcess } from './world'

/** A token set as the backend gave it out: the truth that the library's own numbers are held against. */
export interface Issue {
  family: Family
  /** 0 from the login, one more with each rotation. */
  index: number
  accessToken: string
  refreshToken: string
  accessTokenExpiry: number
  refreshTokenExpiry: number
  issuedAt: number
}

/** All token sets that descend from one login: a session, as the backend sees it. */
export interface Family {
  /** For people: `ada/1`. */
  name: string
  userId: string
  email: string
  /** Nothing of it can be renewed any more: revoked, logged out, or found reused. */
  dead: boolean
  /** Refusals that reached a process which knew no successor: proof that the session is over. */
  refusals: Refusal[]
  /** Whether the user has ended it, in whatever process. */
  signedOut: boolean
}

export interface Refusal extends Fact {
  scope: Scope
  /** What was refused: this, and all that is older. A newer token of the session may still be good. */
  issue: Issue
}

export type Truth = ReturnType<typeof createTruth>

/** Keeps the books: what was issued, and what each memory has had the chance to learn. */
export function createTruth(time: VirtualTime, retention: number | undefined) {
  const byRefresh = new Map<string, Issue>()
  const byAccess = new Map<string, Issue>()
  const families: Family[] = []
  const instant = (): Instant => ({ tick: time.tick(), time: time.now() })

  function issue(family: Family, index: number, body: Record<string, unknown>): Issue {
    const known = byRefresh.get(String(body['refreshToken']))
    if (known) return known
    const made: Issue = {
      family,
      index,
      accessToken: String(body['accessToken']),
      refreshToken: String(body['refreshToken']),
      accessTokenExpiry: Number(body['accessTokenExpiry']),
      refreshTokenExpiry: Number(body['refreshTokenExpiry']),
      issuedAt: time.now(),
    }
    byRefresh.set(made.refreshToken, made)
    byAccess.set(made.accessToken, made)
    return made
  }

  return {
    families,
    byRefresh: (token: unknown) => (typeof token === 'string' ? byRefresh.get(token) : undefined),
    byAccess: (token: unknown) => (typeof token === 'string' ? byAccess.get(token) : undefined),
    secrets: () => [...byRefresh.keys(), ...byAccess.keys()],
    instant,
    /** A login was answered. */
    opened(body: Record<string, unknown>): Issue {
      const user = body['user'] as { id: string; email: string }
      const family: Family = {
        name: `${user.email.split('@')[0]}/${families.length}`,
        userId: user.id,
        email: user.email,
        dead: false,
        refusals: [],
        signedOut: false,
      }
      families.push(family)
      return issue(family, 0, body)
    },
    /** A refresh was answered, whether or not the answer arrives. */
    rotated: (spent: Issue, body: Record<string, unknown>) => issue(spent.family, spent.index + 1, body),
    /** The answer has arrived at a process of this scope. */
    learn(process: AppProcess, spent: Issue, successor: Issue): void {
      const at = instant()
      const byDefault = Math.min(successor.accessTokenExpiry, at.time + 3_600_000)
      const until = retention === undefined ? byDefault : at.time + retention * 1000
      // Law 7: a success clears every trace of trouble.
      process.scope.quiet.delete(spent.refreshToken)
      process.scope.learned.set(spent.refreshToken, { process, at, successor, until })
    },
    /** The successor that this scope has to know, now and for as long as a look may take. */
    knownSuccessor(scope: Scope, of: Issue): Issue | undefined {
      const record = scope.learned.get(of.refreshToken)
      if (!record || record.until <= time.now() + Math.max(scope.settles, 2)) return undefined
      return hasSettled(scope, record, instant()) ? record.successor : undefined
    },
  }
}

/** The newest token set that this scope has to know of the session, from one of its token sets on. */
export function newestKnown(truth: Truth, scope: Scope, from: Issue): Issue {
  let newest = from
  for (let next = truth.knownSuccessor(scope, newest); next; next = truth.knownSuccessor(scope, newest)) newest = next
  return newest
}
