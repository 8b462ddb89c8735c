import * as React from 'react'
import { currentUser } from '../lib/client/current-user'
import { onSession } from '../lib/client/told-session'

type Store = typeof React.useSyncExternalStore

/** React 17 has none; it hydrates a page in one go, before anybody has told of a session. */
const useLegacyStore: Store = (subscribe, read) => {
  const [value, setValue] = React.useState(read)
  React.useEffect(() => {
    const update = () => setValue(read)
    update()
    return subscribe(update)
  }, [subscribe, read])
  return value
}

// Bundlers would look for the export itself, and warn where React is too old to have it.
const useStore = ((React as unknown as Record<string, unknown>)['useSyncExternalStore'.toString()] ?? useLegacyStore) as Store

/** A name for whoever is signed in: `null` where nobody is, `undefined` while that is not known. */
export function useCurrentUser(): string | null | undefined {
  return useStore(onSession, currentUser, () => undefined)
}
