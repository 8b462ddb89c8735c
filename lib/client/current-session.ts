import { isRecord } from '../record'
import { newerSession, orderOf } from '../session'
import { arrivalOf } from './arrival'
import { page } from './page'

interface Told {
  /** An answer that a client has got by itself, until the provider has got as new a one. */
  adopted?: object | undefined
  last?: object | null | undefined
  listeners: Set<() => void>
}

const KEY = Symbol.for('next-auth-refresh.told')

/** What all clients on this page know in common, of whatever bundle they are. */
const told: Told = ((globalThis as { [KEY]?: Told })[KEY] ??= { listeners: new Set() })

/** Calls back whenever another session may be the current one. Returns what ends that. */
export function onSession(listener: () => void): () => void {
  watch()
  told.listeners.add(listener)
  return () => void told.listeners.delete(listener)
}

function watch(): void {
  page.onTold ??= noteTold
}

function noteTold(): void {
  if (page.session === told.last) return
  told.last = page.session
  if (page.session) arrivalOf(page.session)
  // Of a session without a name nobody can say which answer is the newer one, so the last word holds.
  if (!page.session || orderOf(page.session).name === undefined) told.adopted = undefined
  told.listeners.forEach((listen) => listen())
}

/** The session of whoever uses this page: `null` where nobody does, `undefined` where that is not known yet. */
export function currentSession(): object | null | undefined {
  watch()
  const { session } = page
  if (!session || !told.adopted || userOf(session) !== userOf(told.adopted)) return session
  return newerSession(session, told.adopted)
}

/** Takes a newer answer for the current session. One that is late, or of another user, changes nothing. */
export function adoptSession(answer: object): void {
  const session = currentSession()
  if (!session || userOf(session) !== userOf(answer) || newerSession(session, answer) !== answer) return
  told.adopted = answer
  arrivalOf(answer)
  told.listeners.forEach((listen) => listen())
}

/** A name for the user of a session, the same until they sign out. */
export function userOf(session: object): string {
  const { name } = orderOf(session)
  if (typeof name === 'string') return name
  const user = isRecord(session) ? session['user'] : undefined
  const { id, email, name: called } = isRecord(user) ? user : {}
  return String(id ?? email ?? called)
}

/**
 * Waits until it is known whether someone is signed in, for so many milliseconds at most: on a page without
 * `RefreshTokenHandler` nobody ever tells.
 */
export function untilToldOf(milliseconds: number): Promise<void> {
  if (page.session !== undefined) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(settle, milliseconds)
    const leave = onSession(() => page.session !== undefined && settle())
    function settle(): void {
      clearTimeout(timer)
      leave()
      resolve()
    }
  })
}
