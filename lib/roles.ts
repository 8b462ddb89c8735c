import { isRecord } from './record'

/** Whether the session's user has one of these roles, in `session.user.roles`; without a list, any user will do. */
export function hasRole(session: unknown, roles: readonly string[] | undefined): boolean {
  if (!roles) return true
  const user = isRecord(session) ? session['user'] : undefined
  const held = isRecord(user) ? user['roles'] : undefined
  return Array.isArray(held) && roles.some((role) => held.includes(role))
}
