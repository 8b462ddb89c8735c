import { isOver } from '../session'
import { askForSession, refetchSession } from './inquiry'

/** Held for the time of one sign-out, so that of several tabs one posts and the others find it done. */
const LOCK = 'next-auth-refresh.sign-out'

/** `LockManager`, whose types make a promise of the promise that the callback gives. */
interface Locks {
  request(name: string, run: () => Promise<void>): Promise<void>
}

let ending: Promise<void> | undefined

/** Signs out of a session that is over, once in this tab, and calls back when that was tried. */
export function endSession(signOut: () => Promise<unknown>, onEnd: () => void): () => void {
  let isAwaited = true
  // Where it can't be done now, the session stays over, and so useless, all the same.
  ending ??= signOutOnce(signOut).catch(() => {})
  void ending.then(() => isAwaited && onEnd())
  return () => {
    isAwaited = false
  }
}

/** To be called when no session is over: the next one that is can be ended, too. */
export function forgetEnding(): void {
  ending = undefined
}

function signOutOnce(signOut: () => Promise<unknown>): Promise<void> {
  async function run(): Promise<void> {
    const session = await askForSession()
    // Another tab was faster, or somebody has signed in there meanwhile.
    if (session && !isOver(session)) refetchSession()
    else await signOut()
  }
  // Not there on insecure origins; then each tab posts for itself.
  return (navigator.locks as Locks | undefined)?.request(LOCK, run) ?? run()
}
