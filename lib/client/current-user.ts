import { isOver } from '../session'
import { currentSession, userOf } from './current-session'

/** A name for whoever is signed in: `null` where nobody is, `undefined` while that is not known. */
export function currentUser(): string | null | undefined {
  const session = currentSession()
  return session && !isOver(session) ? userOf(session) : session && null
}
