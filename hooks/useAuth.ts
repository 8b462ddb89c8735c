import { signOut, useSession } from 'next-auth/react'
import { useRouter } from 'next/router'
import { useEffect } from 'react'
import { endSession, forgetEnding } from '../lib/client/ending'
import { inquire } from '../lib/client/inquiry'
import { hasRole } from '../lib/roles'
import { isOver } from '../lib/session'
import { isAt, loginURL, wayBackOf } from '../lib/way-back'
import { useGone, type Search } from './useGone'

/** Whom `useAuth` lets stay, and where it leads the others. */
export interface UseAuthOptions {
  /**
   * Whether to lead the signed-out to the login page, and the signed-in away from it.
   * @default false
   */
  redirect?: boolean
  /**
   * A path as the address bar has it: from its slash on, encoded, without the app's base path.
   * @default '/login'
   */
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
  /**
   * Called when a signed-in user has none of the `roles`.
   * @default none: the hook gives `false`, and the page shows what it shows then
   */
  onForbidden?: () => void
}

/**
 * Whether someone is signed in: `true` only for a live session, and through every glitch of it. Ends a session that the
 * server calls over, once. With redirects, the login page is told the way back, and only a way back within this origin
 * is followed.
 *
 * @param options `shouldRedirect`, or options
 */
export function useAuth(options: boolean | UseAuthOptions = false): boolean {
  const given: UseAuthOptions = typeof options === 'boolean' ? { redirect: options } : options
  const { redirect, loginPath = '/login', homePath = '/', roles, onForbidden } = given
  const { data: session } = useSession()
  const router = useRouter()
  // Before a page is ready, the router doesn't know its query yet.
  const address = (redirect && router.isReady !== false && router.asPath) || ''
  const isOnLogin = isAt(address, loginPath)

  const isDead = isOver(session)
  const isLost = useGone(isDead ? end : session === null && address && !isOnLogin && inquire)
  const isAlive = Boolean(session) && !isDead
  const isAllowed = isAlive && hasRole(session, roles)
  const isForbidden = isAlive && !isAllowed

  // New objects and functions on each rendering or navigation are no reasons for another redirect.
  /* eslint-disable react-hooks/exhaustive-deps */
  useEffect(() => {
    if (!isDead) forgetEnding()
    if (!address) return
    const { basePath = '' } = router
    const { origin } = location
    if (isOnLogin && isAlive) void router.replace(wayBackOf(address, origin, basePath) ?? homePath)
    if (!isOnLogin && isLost) void router.replace(loginURL(loginPath, basePath + address, origin))
  }, [address, isOnLogin, isAlive, isDead, isLost, loginPath, homePath])
  useEffect(() => {
    if (isForbidden) onForbidden?.()
  }, [isForbidden])
  /* eslint-enable react-hooks/exhaustive-deps */

  return isAllowed
}

/** Ends the session that is over. */
const end: Search = (onEnd) => endSession(() => signOut({ redirect: false }), onEnd)
