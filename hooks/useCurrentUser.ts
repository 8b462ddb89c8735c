// React 17 has none of its own. Node finds no folder's index, so the file is named.
import { useSyncExternalStore } from 'use-sync-external-store/shim/index.js'
import { currentUser } from '../lib/client/current-user'
import { onSession } from '../lib/client/current-session'

/** A name for whoever is signed in: `null` where nobody is, `undefined` while that is not known. */
export function useCurrentUser(): string | null | undefined {
  return useSyncExternalStore(onSession, currentUser, () => undefined)
}
