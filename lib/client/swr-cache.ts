import type { Cache, Key, ScopedMutator } from 'swr'
import { currentUser } from './current-user'
import { onSession } from './current-session'

/** Marks the keys that carry a user. */
const MARK = 'next-auth-refresh'

/** What is cached under the key that an app gives is one user's, and nobody else finds it. */
export type OwnKey = readonly [mark: typeof MARK, user: string, key: unknown]

/** The key in the cache; `null` while there is nothing to fetch. A key that can't be told yet, SWR says, is none. */
export function ownKey(user: string | null | undefined, key: Key): OwnKey | null {
  const wanted = resolve(key)
  return typeof user === 'string' && wanted ? [MARK, user, wanted] : null
}

/** Whether there is something to fetch, once it is known for whom. */
export function isWanted(key: Key): boolean {
  return Boolean(resolve(key))
}

function resolve(key: Key): unknown {
  try {
    const wanted: unknown = typeof key === 'function' ? key() : key
    return Array.isArray(wanted) && wanted.length === 0 ? undefined : wanted
  } catch {
    return undefined
  }
}

const caches = new Map<Cache, ScopedMutator>()
let leave: (() => void) | undefined

/** Has a user's data leave this cache together with the user, also while nothing shows it. */
export function emptyAtSignOut(cache: Cache, mutate: ScopedMutator): void {
  caches.set(cache, mutate)
  leave ??= onSession(() => {
    const user = currentUser()
    // Unknown is not gone: the provider may be on its way from one page to the next.
    if (user !== undefined) caches.forEach((mutate, cache) => void empty(cache, mutate, user))
  })
}

async function empty(cache: Cache, mutate: ScopedMutator, user: string | null): Promise<void> {
  const isOthers = (key: unknown) => Array.isArray(key) && key[0] === MARK && key[1] !== user
  try {
    // Answers still on their way are dropped by this as well.
    await mutate(isOthers, undefined, { revalidate: false })
  } catch {
    // Its `SWRConfig` has left the page: nobody shows it, nor writes to it.
    caches.delete(cache)
  }
  for (const name of [...cache.keys()]) {
    const state = cache.get(name) as { _k?: unknown } | undefined
    if (isOthers(state?._k)) cache.delete(name)
  }
}
