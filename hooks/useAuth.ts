import { signOut, useSession } from 'next-auth/react'
import { useRouter } from 'next/router'
import { useEffect } from 'react'
import { isAt, loginURL, wayBackOf } from '../lib/client/way-back'
import { isRecord } from '../lib/record'
import { isOver } from '../lib/session'

export interface UseAuthOptions {
  /**
   * Whether to lead the signed-out to the login page, and the signed-in away from it.
   * @default false
   */
  redirect?: boolean
  /** @default '/login' */
  loginPath?: string
  /**
   * Where a signed-in user on the login page goes when its address carries no way back.
   * @default '/'
   */
  homePath?: string
  /**
   * Names of which the user must have one, in `session.user.roles`.
   * @default none: any signed-in user will do
   */
  roles?: readonly string[]
}

/** Sessions whose end has been seen to, by whichever component on the page saw it first. */
const ended = new WeakSet<object>()

/**
 * Whether someone is signed in: `true` only for a live session. Ends a session that the server calls over, once. With
 * redirects, the login page is told the way back, and only a way back within this origin is followed.
 *
 * @param options `shouldRedirect`, or options
 */
export function useAuth(options: boolean | UseAuthOptions = false): boolean {
  const { redirect = false, loginPath = '/login', homePath = '/', roles } =
    typeof options === 'boolean' ? { redirect: options } : options
  const { data: session } = useSession()
  const router = useRouter()
  const isAlive = Boolean(session) && !isOver(session)

  useEffect(() => {
    if (!session || !isOver(session) || ended.has(session)) return
    ended.add(session)
    // Leads to a null session; where that can't be reached now, the session stays over and useless all the same.
    signOut({ redirect: false }).catch(() => {})
  }, [session])

  useEffect(() => {
    // Before a page is ready, the router doesn't know its query yet.
    if (!redirect || router.isReady === false) return
    const { asPath } = router
    const isOnLogin = isAt(asPath, loginPath)
    if (session === null && !isOnLogin) void router.replace(loginURL(loginPath, asPath))
    if (isAlive && isOnLogin) void router.replace(wayBackOf(asPath, window.location.origin) ?? homePath)
  }, [redirect, session, isAlive, router, loginPath, homePath])

  return isAlive && hasRole(session, roles)
}

function hasRole(session: unknown, roles: readonly string[] | undefined): boolean {
  if (!roles) return true
  const user = isRecord(session) ? session['user'] : undefined
  const held = isRecord(user) ? user['roles'] : undefined
  return Array.isArray(held) && roles.some((role) => held.includes(role))
}
