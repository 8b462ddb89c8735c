import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { TokenBackendSettings } from './options'
import type { BackendUser } from './users'

export interface AccessToken {
  accessToken: string
  /** Epoch milliseconds; the same instant as the JWT's `exp`. */
  accessTokenExpiry: number
}

export interface AccessTokenOwner {
  user: BackendUser
  /** The id of the refresh token family that it belongs to. */
  family: string
}

/** Why an access token doesn't pass. */
export type AccessTokenFlaw = 'expired' | 'revoked' | 'invalid'

/** Signs and verifies access tokens: HS256 JWTs, judged by signature and `exp`, as a resource server does. */
export function createAccessTokens({ secret, accessTokenLifetime }: TokenBackendSettings) {
  // In the ids of the tokens, so that those of another backend with the same key are told apart.
  const issuer = randomUUID()
  let issued = 0
  const revoked = { all: 0, byUser: new Map<string, number>() }

  async function issue({ user, family }: AccessTokenOwner, now: number): Promise<AccessToken> {
    // Whole seconds, so that `exp` and `accessTokenExpiry` are one instant.
    const exp = Math.floor((now + accessTokenLifetime * 1000) / 1000)
    const accessToken = await new SignJWT({ family })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(user.id)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(exp)
      .setJti(`${issuer}.${(issued += 1)}`)
      .sign(secret)
    return { accessToken, accessTokenExpiry: exp * 1000 }
  }

  async function verify(accessToken: string, now: number): Promise<{ userId: string } | { flaw: AccessTokenFlaw }> {
    try {
      const { payload } = await jwtVerify(accessToken, secret, {
        algorithms: ['HS256'],
        currentDate: new Date(now),
        requiredClaims: ['sub', 'exp'],
      })
      const userId = String(payload.sub)
      return isRevoked(userId, payload.jti) ? { flaw: 'revoked' } : { userId }
    } catch (error) {
      return { flaw: error instanceof errors.JWTExpired ? 'expired' : 'invalid' }
    }
  }

  function isRevoked(userId: string, jti = ''): boolean {
    const last = Math.max(revoked.all, revoked.byUser.get(userId) ?? 0)
    const [id, number] = jti.split('.')
    return id === issuer && Number(number) <= last
  }

  /** Those given out so far don't pass any more, of all users or of one. */
  function revoke(userId?: string): void {
    if (userId === undefined) revoked.all = issued
    else revoked.byUser.set(userId, issued)
  }

  return { issue, verify, revoke }
}
