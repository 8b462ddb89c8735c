import type { Account, User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import type { AdapterUser } from 'next-auth/adapters'
import { messageOf } from '../errors'
import { UNKNOWN_LIFETIME_S } from '../held-tokens'
import type { Log } from '../log'
import type { ResolvedOptions } from '../options'
import { firstPresent, isRecord, type UnknownRecord } from '../record'
import { parseTokenResponse } from '../token-set'
import { newSession, writeClaims } from './claims'

interface SignIn {
  user: User | AdapterUser | undefined
  account: Account | null | undefined
}

/** The JWT of a session that starts now, with the tokens that the sign-in brought: all but the ID token, unless that is kept. */
export function signedInToken(
  token: JWT,
  { user, account }: SignIn,
  { keepIdToken, adviceOn }: Pick<ResolvedOptions, 'keepIdToken' | 'adviceOn'>,
  log: Log,
): JWT {
  const named = withRoles(token, user)
  const source = tokenSource(user, account)
  const provider = account?.provider ?? ''
  if (!source) {
    advise(adviceOn(provider, undefined), log)
    return named
  }
  try {
    const lifetime = source === account ? { assumedLifetime: unstatedLifetime(source) } : {}
    const tokenSet = parseTokenResponse(source, { now: Date.now(), keepIdToken, ...lifetime })
    advise(adviceOn(provider, tokenSet), log)
    return writeClaims(named, newSession(provider, tokenSet, Date.now()))
  } catch (error) {
    log.error(`The sign-in through "${provider}" brought tokens that can't be kept fresh. ${messageOf(error)}`)
    return named
  }
}

function advise(advice: string | undefined, log: Log): void {
  if (advice !== undefined) log.warnOnce(advice)
}

/** OAuth tokens come in the account, those of an `authorize` function in its user. */
function tokenSource(user: unknown, account: unknown): UnknownRecord | undefined {
  return [account, user]
    .filter(isRecord)
    .find((candidate) => firstPresent(candidate, ['accessToken', 'access_token']) !== undefined)
}

/**
 * Seconds that an OAuth provider's access token is taken to live where it doesn't say (RFC 6749 §5.1 leaves that open).
 * What can't be renewed lives for ever, as such tokens do at the providers that state no lifetime.
 */
function unstatedLifetime(account: UnknownRecord): number {
  return firstPresent(account, ['refreshToken', 'refresh_token']) ? UNKNOWN_LIFETIME_S : Infinity
}

function withRoles(token: JWT, user: unknown): JWT {
  if (!isRecord(user) || !isRoles(user['roles'])) return token
  return { ...token, roles: user['roles'] }
}

/** Roles are a list of names. */
export function isRoles(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((role) => typeof role === 'string')
}
