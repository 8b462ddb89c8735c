export { createBackendProxy, type BackendProxy, type BackendProxyOptions } from './backend-proxy'
export { ensureFreshToken, type FreshToken } from './ensure-fresh-token'
export type { EndSession } from './end-session'
export { createFederatedSignOut, type FederatedSignOutOptions } from './federated-sign-out'
export type { Problem } from './problem'
export { createServerAxios, type ServerAxiosOptions } from './server-axios'
export { withAuthApi, type AuthApiHandler, type WithAuthApiOptions } from './with-auth-api'
export {
  withAuthProps,
  type AuthPropsContext,
  type RoleProps,
  type SessionProps,
  type WithAuthPropsOptions,
} from './with-auth-props'
export { withFreshToken } from './with-fresh-token'
