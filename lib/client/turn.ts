import { orderOf } from '../session'

const KEY = 'next-auth-refresh.turn'
let ownName: string | undefined

/**
 * Whether this tab is the first to poll for a renewal of this session. The first of several tabs to ask takes the turn,
 * the others come later: by then they will have heard its broadcast. Where there is no storage, nobody takes it.
 */
export function takesTurn(session: object): boolean {
  const { name, generation } = orderOf(session)
  const turn = `${String(name)}.${generation}.`
  ownName ??= Math.random().toString(36).slice(2)
  try {
    const taken = localStorage.getItem(KEY)
    if (taken?.startsWith(turn)) return taken === turn + ownName
    localStorage.setItem(KEY, turn + ownName)
    return true
  } catch {
    return false
  }
}
