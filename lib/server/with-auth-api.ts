import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'
import type { NextAuthOptions } from 'next-auth'
import { internalsOf } from '../next-auth/internals'
import { hasRole } from '../roles'
import { ensureFreshToken, type FreshToken } from './ensure-fresh-token'
import { requireGuardOptions } from './guard-options'
import { FORBIDDEN, sendProblem, SIGNED_OUT } from './problem'

/** An API route that is handed the user's fresh token and session besides Next's request and response. */
export type AuthApiHandler<T = unknown> = (req: NextApiRequest, res: NextApiResponse<T>, fresh: FreshToken) => unknown

/** Who may call the API route. */
export interface WithAuthApiOptions {
  /**
   * Names of which the user must have one, in `session.user.roles`.
   * @default none: any signed-in user will do
   */
  roles?: readonly string[]
}

/**
 * An API route for the signed-in. Others get problem details as JSON (RFC 9457) and never a redirect: 401 where nobody is
 * signed in or the session is over, 403 where the user has none of the `roles`.
 *
 * @throws {TypeError} for `authOptions` that `withTokenRefresh` has not made, and for an option that is unknown or can't be
 */
export function withAuthApi<T = unknown>(
  authOptions: NextAuthOptions,
  handler: AuthApiHandler<T>,
  options: WithAuthApiOptions = {},
): NextApiHandler<T> {
  internalsOf(authOptions, 'withAuthApi')
  requireGuardOptions('withAuthApi', options, ['roles'])
  const { roles } = options
  return async (req, res) => {
    const fresh = await ensureFreshToken(req, res, authOptions)
    if (!fresh) return sendProblem(res, SIGNED_OUT)
    if (!hasRole(fresh.session, roles)) return sendProblem(res, FORBIDDEN)
    await handler(req, res, fresh)
  }
}
