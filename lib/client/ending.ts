import { isRecord } from '../record'
import { askForSession, forgetGone, refetchSession } from './inquiry'

/** Held for the time of one sign-out, so that of several tabs one posts and the others find it done. */
const LOCK = 'next-auth-refresh.sign-out'

const endings = new Map<string, Promise<void>>()

/** Signs out of a session that is over, once in this tab. Settles when that has been tried; never rejects. */
export function endSession(session: object, signOut: () => Promise<unknown>): Promise<void> {
  const name = nameOf(session)
  const underWay = endings.get(name)
  if (underWay) return underWay
  // Where it can't be done now, the session stays over, and so useless, all the same.
  const ending = alone(() => signOutUnlessDone(signOut)).catch(() => {})
  endings.set(name, ending)
  return ending
}

/** To be called when a live session is seen: also one without a name can be ended again. */
export function forgetEndings(): void {
  endings.delete('')
  forgetGone()
}

async function signOutUnlessDone(signOut: () => Promise<unknown>): Promise<void> {
  if ((await askForSession()) === 'gone') refetchSession()
  else await signOut()
}

async function alone(run: () => Promise<void>): Promise<void> {
  // Not there on insecure origins; then each tab posts for itself.
  const locks = navigator.locks as LockManager | undefined
  await (locks ? locks.request(LOCK, run) : run())
}

function nameOf(session: object): string {
  const stated = isRecord(session) ? session['tokenRefresh'] : undefined
  const name = isRecord(stated) ? stated['session'] : undefined
  return typeof name === 'string' ? name : ''
}
