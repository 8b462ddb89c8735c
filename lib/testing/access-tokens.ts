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
export type AccessTokenFlaw = 'expired' | 'invalid'

/** Signs and verifies access tokens: HS256 JWTs, judged by signature and `exp` alone, as a resource server does. */
export function createAccessTokens({ secret, accessTokenLifetime }: TokenBackendSettings) {
  async function issue({ user, family }: AccessTokenOwner, now: number): Promise<AccessToken> {
    // Whole seconds, so that `exp` and `accessTokenExpiry` are one instant.
    const exp = Math.floor((now + accessTokenLifetime * 1000) / 1000)
    const accessToken = await new SignJWT({ family })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(user.id)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(exp)
      .setJti(randomUUID())
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
      return { userId: String(payload.sub) }
    } catch (error) {
      return { flaw: error instanceof errors.JWTExpired ? 'expired' : 'invalid' }
    }
  }

  return { issue, verify }
}
