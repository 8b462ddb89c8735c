import type { Account, User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import type { AdapterUser } from 'next-auth/adapters'
import { messageOf } from '../errors'
import type { Log } from '../log'
import { firstPresent, isRecord, type UnknownRecord } from '../record'
import { parseTokenResponse } from '../token-set'
import { newSession, writeClaims } from './claims'

interface SignIn {
  user: User | AdapterUser | undefined
  account: Account | null | undefined
}

/** The JWT of a session that starts now, with the tokens that the sign-in brought: all but the ID token, unless that is kept. */
export function signedInToken(token: JWT, { user, account }: SignIn, keepIdToken: boolean, log: Log): JWT {
  const named = withRoles(token, user)
  const source = tokenSource(user, account)
  if (!source) return named
  const provider = account?.provider ?? ''
  try {
    const tokenSet = parseTokenResponse(source, { now: Date.now(), keepIdToken })
    if (tokenSet.refreshToken === undefined) log.warnOnce(withoutRefreshToken(provider, account))
    return writeClaims(named, newSession(provider, tokenSet, Date.now()))
  } catch (error) {
    log.error(`The sign-in through "${provider}" brought tokens that can't be kept fresh. ${messageOf(error)}`)
    return named
  }
}

/** OAuth tokens come in the account, those of an `authorize` function in its user. */
function tokenSource(user: unknown, account: unknown): UnknownRecord | undefined {
  return [account, user]
    .filter(isRecord)
    .find((candidate) => firstPresent(candidate, ['accessToken', 'access_token']) !== undefined)
}

function withRoles(token: JWT, user: unknown): JWT {
  if (!isRecord(user) || !isRoles(user['roles'])) return token
  return { ...token, roles: user['roles'] }
}

/** Roles are a list of names. */
export function isRoles(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((role) => typeof role === 'string')
}

function withoutRefreshToken(provider: string, account: SignIn['account']): string {
  const said = `The sign-in through "${provider}" brought no refresh token: the session ends when its access token expires.`
  if (account?.type !== 'oauth') return `${said} Return a \`refreshToken\` from \`authorize\`.`
  return `${said} Most providers give one for the scope \`offline_access\`; Google for \`access_type=offline\` and \`prompt=consent\`.`
}
