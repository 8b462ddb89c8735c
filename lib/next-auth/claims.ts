import { createHash, randomUUID } from 'node:crypto'
import type { JWT } from 'next-auth/jwt'
import { messageOf } from '../errors'
import type { HeldTokens } from '../held-tokens'
import { asRecord, isRecord, type UnknownRecord } from '../record'
import { redact, secretsOf } from '../refresh/failure'
import { SESSION_OVER } from '../session'
import type { TokenSet } from '../token-set'

/** The claims that this library keeps in next-auth's JWT. Nobody else may set them, least of all a browser. */
const CLAIMS = [
  'accessToken',
  'accessTokenExpiry',
  'refreshToken',
  'refreshTokenExpiry',
  'tokenRefresh',
  'error',
] as const

/** The tokens of a session that starts now. */
export function newSession(provider: string, tokenSet: TokenSet, now: number): HeldTokens {
  return {
    sessionId: randomUUID(),
    provider,
    tokenSet: { ...tokenSet, obtainedAt: now, generation: 0 },
    over: false,
  }
}

/** The tokens that the JWT holds; `undefined` where it has none whose expiry is known. */
export function readClaims(token: unknown): HeldTokens | undefined {
  if (!isRecord(token)) return undefined
  const { accessToken, accessTokenExpiry, refreshToken, refreshTokenExpiry, tokenRefresh, error } = token
  if (!isText(accessToken) || !isNumber(accessTokenExpiry)) return undefined
  const { session, provider, generation, obtainedAt, idToken } = asRecord(tokenRefresh)
  // Each session request comes by here three times, and spreading fields that may be missing takes longer than all the rest.
  const tokenSet: HeldTokens['tokenSet'] = { accessToken, accessTokenExpiry, generation: isNumber(generation) ? generation : 0 }
  if (isText(refreshToken)) tokenSet.refreshToken = refreshToken
  if (isNumber(refreshTokenExpiry)) tokenSet.refreshTokenExpiry = refreshTokenExpiry
  if (isText(idToken)) tokenSet.idToken = idToken
  if (isNumber(obtainedAt)) tokenSet.obtainedAt = obtainedAt
  return {
    // A cookie from before this library was installed: all requests that carry it must find the same name for it.
    sessionId: isText(session) ? session : hashOf(isText(refreshToken) ? refreshToken : accessToken),
    provider: isText(provider) ? provider : '',
    tokenSet,
    over: error === SESSION_OVER,
  }
}

/** The JWT with these tokens in place of those it had. */
export function writeClaims(token: JWT, { sessionId, provider, tokenSet, over }: HeldTokens): JWT {
  // Many apps keep an `idToken` of their own: ours is where nobody else looks.
  const { obtainedAt, generation, idToken, ...tokens } = tokenSet
  return {
    ...withoutClaims(token),
    ...tokens,
    tokenRefresh: {
      session: sessionId,
      provider,
      generation,
      ...(obtainedAt !== undefined && { obtainedAt }),
      ...(idToken !== undefined && { idToken }),
    },
    ...(over && { error: SESSION_OVER }),
  }
}

/** A copy without the claims that are this library's. */
export function withoutClaims<T extends object>(source: T): T {
  return Object.fromEntries(Object.entries(source).filter(([name]) => !CLAIMS.some((claim) => claim === name))) as T
}

/** The claims that are this library's. */
export function onlyClaims(source: object): UnknownRecord {
  return Object.fromEntries(Object.entries(source).filter(([name]) => CLAIMS.some((claim) => claim === name)))
}

/** What an error says, without the tokens of these JWTs: whoever threw it may have put them in. */
export function redacted(error: unknown, ...tokens: readonly unknown[]): string {
  const held = tokens.flatMap((token) => readClaims(token)?.tokenSet ?? [])
  return redact(messageOf(error), secretsOf(...held))
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
