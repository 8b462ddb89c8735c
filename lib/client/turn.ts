import type { RefreshedSession } from '../session'

const KEY = 'next-auth-refresh.turn'
/** The last turn that this tab took. */
let ownTurn: string | undefined

/**
 * Whether this tab is the first to poll for a renewal of this session. The first of several tabs to ask takes the turn,
 * the others come later: by then they will have heard its broadcast. Where there is no storage, nobody takes it.
 */
export function takesTurn({ tokenRefresh }: RefreshedSession): boolean {
  const turn = `${tokenRefresh?.session}.${tokenRefresh?.generation}`
  try {
    if (ownTurn !== turn) {
      if (localStorage.getItem(KEY) === turn) return false
      localStorage.setItem(KEY, turn)
      ownTurn = turn
    }
    return true
  } catch {
    return false
  }
}
