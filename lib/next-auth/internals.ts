import type { NextAuthOptions } from 'next-auth'
import type { ResolvedOptions } from '../options'
import type { Refresher } from '../refresh/refresher'

/** What `withTokenRefresh` made, for those who are only handed its options. */
export interface Internals {
  refresher: Refresher
  options: ResolvedOptions
}

/** Entries are bundled apart, so each has a copy of this module: only a registered symbol is the same in all of them. */
const INTERNALS = Symbol.for('next-auth-refresh.internals')

/** The options with the internals under a symbol, which copies made by spreading keep. */
export function withInternals(authOptions: NextAuthOptions, internals: Internals): NextAuthOptions {
  return Object.assign(authOptions, { [INTERNALS]: internals })
}

/**
 * @param caller names the function that needs them, for the error
 * @throws {TypeError} for options that `withTokenRefresh` has not made
 */
export function internalsOf(authOptions: NextAuthOptions, caller: string): Internals {
  const found = (authOptions as { [INTERNALS]?: Internals })[INTERNALS]
  if (!found) throw new TypeError(`${caller}: \`authOptions\` must come from withTokenRefresh(...)`)
  return found
}
