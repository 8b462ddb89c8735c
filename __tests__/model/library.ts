import type { NextAuthOptions } from 'next-auth'
import { memoryCoordinator, restBackend, withTokenRefresh } from '../../lib'
import type { RefreshCoordinator, RefreshTokens, RevokeTokens, TokenRefreshOptions } from '../../lib'
import { ensureFreshToken, renewRejectedToken } from '../../lib/server/ensure-fresh-token'

/** What the model runs: the library, whole or broken on purpose. */
export interface Library {
  withTokenRefresh: typeof withTokenRefresh
  restBackend: typeof restBackend
  memoryCoordinator: typeof memoryCoordinator
  ensureFreshToken: typeof ensureFreshToken
  renewRejectedToken: typeof renewRejectedToken
}

/** What the model's apps pass: one function for all of their users. */
export type ModelOptions = TokenRefreshOptions & { refresh: RefreshTokens; revoke?: RevokeTokens }

/** A deliberate flaw, put around the library's parts rather than into them. */
export interface Flaw {
  /** A library of which single modules are replaced. */
  library?: () => Library
  coordinator?: (sound: RefreshCoordinator) => RefreshCoordinator
  options?: (sound: ModelOptions) => ModelOptions
  /** `produced` by `withTokenRefresh` from the `app`'s own. */
  authOptions?: (produced: NextAuthOptions, app: NextAuthOptions) => NextAuthOptions
}

export const soundLibrary: Library = {
  withTokenRefresh,
  restBackend,
  memoryCoordinator,
  ensureFreshToken,
  renewRejectedToken,
}
