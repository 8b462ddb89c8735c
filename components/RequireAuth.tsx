import type { ReactElement, ReactNode } from 'react'
import { useAuth, type UseAuthOptions } from '../hooks/useAuth'

/** `useAuth`'s options, with `redirect` on by default, and what to show. */
export interface RequireAuthProps extends UseAuthOptions {
  children: ReactNode
  /**
   * Shown until it is certain that the user may see the children.
   * @default nothing
   */
  fallback?: ReactNode
}

/** Shows its children to the signed-in, and leads others to the login page unless `redirect` is off. See `useAuth`. */
export function RequireAuth({ children, fallback = null, ...options }: RequireAuthProps): ReactElement {
  // Any node will do; the types of older versions of React and TypeScript don't know yet.
  return (useAuth({ redirect: true, ...options }) ? children : fallback) as ReactElement
}
