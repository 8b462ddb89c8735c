import { signOut, useSession } from 'next-auth/react'
import { useRouter } from 'next/router'
import { useEffect, useRef, useState } from 'react'
import { endSession, forgetEndings } from '../lib/client/ending'
import { hasRole } from '../lib/roles'
import { isOver } from '../lib/session'
import { isAt, loginURL, wayBackOf } from '../lib/way-back'
import { useGone } from './useGone'

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
  const { redirect = false, loginPath = '/login', homePath = '/', roles, onForbidden } = given
  const { data: session } = useSession()
  const router = useRouter()
  // Before a page is ready, the router doesn't know its query yet.
  const address = redirect && router.isReady !== false ? router.asPath : undefined
  const isOnLogin = address !== undefined && isAt(address, loginPath)

  const isEnded = useEnded(session)
  const isGone = useGone(session, address !== undefined && !isOnLogin)
  const isAlive = Boolean(session) && !isOver(session)
  const isAllowed = isAlive && hasRole(session, roles)
  const isForbidden = isAlive && !isAllowed

  // New objects on each rendering or navigation, which are no reasons for another redirect.
  const latest = useRef({ router, onForbidden })
  useEffect(() => {
    latest.current = { router, onForbidden }
  })
  useEffect(() => {
    if (address === undefined) return
    const { router } = latest.current
    if (isOnLogin && isAlive) void router.replace(wayBackOf(address, window.location.origin) ?? homePath)
    if (!isOnLogin && (isGone || isEnded)) void router.replace(loginURL(loginPath, address))
  }, [address, isOnLogin, isAlive, isGone, isEnded, loginPath, homePath])
  useEffect(() => {
    if (isForbidden) latest.current.onForbidden?.()
  }, [isForbidden])

  return isAllowed
}

/** Ends a session that is over; `true` once that has been tried. */
function useEnded(session: object | null | undefined): boolean {
  const [isEnded, setIsEnded] = useState(false)
  const isSessionOver = isOver(session)

  useEffect(() => {
    if (!session) return
    if (!isSessionOver) return forgetEndings()
    let isCurrent = true
    void endSession(session, () => signOut({ redirect: false })).then(() => isCurrent && setIsEnded(true))
    return () => {
      isCurrent = false
      setIsEnded(false)
    }
  }, [session, isSessionOver])

  return isSessionOver && isEnded
}
