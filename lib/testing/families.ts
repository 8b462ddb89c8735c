import { randomBytes, randomUUID } from 'node:crypto'
import type { TokenBackendSettings } from './options'
import type { BackendUser } from './users'

/** A refresh token and whose it is. */
export interface Grant {
  user: BackendUser
  family: string
  refreshToken: string
  /** Epoch milliseconds. */
  refreshTokenExpiry: number
}

/** Why a refresh token is refused. */
export type Refusal = 'unknown' | 'reused' | 'revoked' | 'expired'

/** What came of presenting a refresh token: an answer, made now or repeated within the grace; or a refusal. */
export type Redemption<Answer> =
  | { outcome: 'renewed' | 'repeated'; answer: Answer }
  | { outcome: 'refused'; reason: Refusal }

interface Family {
  id: string
  user: BackendUser
  revoked: boolean
}

interface RefreshToken<Answer> {
  family: Family
  expiry: number
  presentations: number
  spent?: { at: number; answer: Answer }
}

/** The oldest tokens are forgotten beyond this many, so that a demo left alone can't fill the memory. */
const MAX_TOKENS = 50_000

/**
 * Refresh tokens and the families they descend in: one family a sign-in. Nothing here waits, so no two presentations
 * find the same token unspent. `Answer` is what a successor is handed out in; the store keeps it for the grace and
 * never looks inside.
 */
export function createFamilies<Answer>({ refreshTokenLifetime, rotate, grace }: TokenBackendSettings) {
  const lifetime = Math.ceil(refreshTokenLifetime * 1000)
  // In the order of issue, which is that of expiry as well: the lifetime is the same for all.
  const tokens = new Map<string, RefreshToken<Answer>>()
  let most = 0

  /** Starts a family. */
  function open(user: BackendUser, now: number): Grant {
    return issue({ id: randomUUID(), user, revoked: false }, now)
  }

  /** Presents a refresh token; `renew` makes the answer that carries the grant. */
  function redeem(refreshToken: string, now: number, renew: (grant: Grant) => Answer): Redemption<Answer> {
    const token = tokens.get(refreshToken)
    if (!token) return { outcome: 'refused', reason: 'unknown' }
    const { family, spent } = token
    most = Math.max(most, ++token.presentations)
    if (spent && now - spent.at >= grace * 1000) {
      family.revoked = true
      return { outcome: 'refused', reason: 'reused' }
    }
    if (family.revoked) return { outcome: 'refused', reason: 'revoked' }
    if (spent) return { outcome: 'repeated', answer: spent.answer }
    if (now >= token.expiry) return { outcome: 'refused', reason: 'expired' }
    const answer = renew(rotate ? issue(family, now) : grantOf(refreshToken, token))
    if (rotate) token.spent = { at: now, answer }
    return { outcome: 'renewed', answer }
  }

  /** Ends the family of a refresh token, spent or not. */
  function end(refreshToken: string): void {
    const token = tokens.get(refreshToken)
    if (token) token.family.revoked = true
  }

  /** Ends all families, or those of one user. */
  function revoke(userId?: string): void {
    for (const { family } of tokens.values()) {
      if (userId === undefined || family.user.id === userId) family.revoked = true
    }
  }

  /** How often a refresh token was presented; without one, the most that any was, forgotten ones included. */
  function presentations(refreshToken?: string): number {
    return refreshToken === undefined ? most : (tokens.get(refreshToken)?.presentations ?? 0)
  }

  function clear(): void {
    tokens.clear()
    most = 0
  }

  function issue(family: Family, now: number): Grant {
    purge(now)
    const refreshToken = randomBytes(32).toString('base64url')
    const token: RefreshToken<Answer> = { family, expiry: now + lifetime, presentations: 0 }
    tokens.set(refreshToken, token)
    return grantOf(refreshToken, token)
  }

  /** An expired token is remembered for as long again, so that its bearer learns what became of it. */
  function purge(now: number): void {
    for (const [refreshToken, { expiry }] of tokens) {
      if (now < expiry + lifetime && tokens.size < MAX_TOKENS) return
      tokens.delete(refreshToken)
    }
  }

  return { open, redeem, end, revoke, presentations, clear, size: () => tokens.size }
}

function grantOf(refreshToken: string, { family, expiry }: RefreshToken<unknown>): Grant {
  return { user: family.user, family: family.id, refreshToken, refreshTokenExpiry: expiry }
}
