/** Whether the session's user has one of these roles, in `session.user.roles`; without a list, any user will do. */
export function hasRole(session: unknown, roles: readonly string[] | undefined): boolean {
  const held = (session as { user?: { roles?: unknown } } | null | undefined)?.user?.roles
  return !roles || (Array.isArray(held) && roles.some((role) => held.includes(role)))
}
