export { cookieBackend, type CookieBackend, type CookieBackendOptions } from './backends/cookie'
export { oauthBackend, type OAuthBackend, type OAuthBackendOptions } from './backends/oauth'
export { restBackend, type RestBackend, type RestBackendOptions } from './backends/rest'
export { isRefreshError, RefreshError, type RefreshErrorCode, type RefreshErrorOptions } from './errors'
export type {
  CoordinatorDegraded,
  CoordinatorEvent,
  CoordinatorRestored,
  RefreshEvent,
  RefreshEventListener,
} from './events'
export { withTokenRefresh } from './next-auth/with-token-refresh'
export type { RefreshContext, RefreshTokens, RevokeTokens, TokenRefreshOptions } from './options'
export type { Flight, IssuedTokenSet, Knowledge, RefreshCoordinator, Trouble } from './refresh/coordinator'
export { memoryCoordinator, type MemoryCoordinatorOptions } from './refresh/memory'
export type { RefreshedSession, SessionTokenRefresh } from './session'
export type { RefreshedJWT, RefreshedUser } from './user-and-jwt'
export type { RefreshWindow } from './token-lifetime'
export type { RenewableTokenSet, TokenSet } from './token-set'
