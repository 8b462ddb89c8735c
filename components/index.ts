export { useAuth, type UseAuthOptions } from '../hooks/useAuth'
export type { RefreshedSession, SessionTokenRefresh } from '../lib/session'
export { RefreshSessionProvider, type RefreshSessionProviderProps } from './RefreshSessionProvider'
export { RefreshTokenHandler, type RefreshTokenHandlerProps } from './RefreshTokenHandler'
