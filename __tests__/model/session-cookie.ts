import type { JWT, JWTDecodeParams, JWTEncodeParams } from 'next-auth/jwt'
import type { Issue, Truth } from './truth'

export const SESSION_COOKIE = 'next-auth.session-token'

/** What the session cookie says. */
export interface Claims {
  refreshToken: unknown
  accessToken: unknown
  email: unknown
  session: unknown
  isOver: boolean
  /** What the backend issued under its refresh token. */
  issue: Issue | undefined
}

/** Legible, and at no cost: the app's own `jwt.encode`. */
export async function encodeCookie({ token }: JWTEncodeParams): Promise<string> {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/** The app's own `jwt.decode`. */
export async function decodeCookie({ token }: JWTDecodeParams): Promise<JWT | null> {
  return token ? (JSON.parse(Buffer.from(token, 'base64url').toString()) as JWT) : null
}

/** The claims in a decoded JWT. */
export function claimsOf(truth: Truth, token: JWT | null | undefined): Claims | undefined {
  if (!token) return undefined
  const { refreshToken, accessToken, email, tokenRefresh, error } = token as Record<string, unknown>
  return {
    refreshToken,
    accessToken,
    email,
    session: (tokenRefresh as { session?: unknown } | undefined)?.session,
    isOver: error === 'RefreshAccessTokenError',
    issue: truth.byRefresh(refreshToken),
  }
}

/** The claims in a cookie's value. */
export function readCookie(truth: Truth, value: string | undefined): Claims | undefined {
  if (!value) return undefined
  return claimsOf(truth, JSON.parse(Buffer.from(value, 'base64url').toString()) as JWT)
}
