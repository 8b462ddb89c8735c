import { isRoles } from '../next-auth/sign-in'
import { requireKnown } from '../option-checks'

/**
 * Checks the options of a guard. A misspelled `roles` would let every signed-in user through, and types are not there to
 * tell in JavaScript, or once the options are in a variable. One that is `undefined` counts as not given.
 *
 * @param caller names the guard, for the error
 * @throws {TypeError} quoting the option that is unknown or can't be
 */
export function requireGuardOptions(caller: string, options: { roles?: unknown }, names: readonly string[]): void {
  requireKnown(caller, options, names)
  const { roles } = options
  if (roles === undefined || isRoles(roles)) return
  throw new TypeError(`${caller}: \`roles\` must be a list of names, such as ['admin'], not ${JSON.stringify(roles)}`)
}
