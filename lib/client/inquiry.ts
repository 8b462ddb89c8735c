import { page } from './page'
import { onWaking } from './waking'

/** Tells where next-auth's routes are, for all of this tab; it is what `SessionProvider` takes by that name. */
export function setBasePath(path: string): void {
  page.basePath = path
}

/**
 * The session that the server knows, `{}` where it knows none, nothing where it gave no answer. Asked apart from
 * next-auth's client, which can't tell a failed request from a session that is gone.
 */
export function askForSession(): Promise<unknown> {
  return fetch(`${page.basePath}/session`)
    .then((response) => response.ok && response.json())
    .catch(() => undefined)
}

/**
 * Has next-auth's client ask for the session anew, also after a failure that would keep it silent until a reload. Other
 * tabs are not told.
 */
export function refetchSession(): void {
  dispatchEvent(new StorageEvent('storage', { key: 'nextauth.message', newValue: '{"event":"session","data":{}}' }))
}

const waiting = new Set<() => void>()
let stop: () => void

/**
 * Asks, ever less often, until the server says that nobody is signed in, and calls back then. Wakes next-auth's client up
 * where somebody is. One inquiry serves all who wait in this tab; the last one to leave ends it.
 */
export function inquire(onGone: () => void): () => void {
  waiting.add(onGone)
  if (waiting.size === 1) stop = start()
  return () => {
    waiting.delete(onGone)
    if (waiting.size === 0) stop()
  }
}

function start(): () => void {
  let pausing: ReturnType<typeof setTimeout> | undefined
  /** Milliseconds until the next try: from a second up to half a minute. */
  let pause = 1_000
  let isOver = false

  async function ask(): Promise<void> {
    clearTimeout(pausing)
    pausing = undefined
    const session = await askForSession()
    if (isOver) return
    if (JSON.stringify(session) === '{}') {
      end()
      const told = [...waiting]
      waiting.clear()
      return told.forEach((onGone) => onGone())
    }
    if (session) refetchSession()
    pausing = setTimeout(() => void ask(), pause * (0.5 + Math.random() / 2))
    pause = Math.min(pause * 2, 30_000)
  }
  const stopListening = onWaking(() => pausing && void ask())
  function end(): void {
    isOver = true
    clearTimeout(pausing)
    stopListening()
  }
  void ask()
  return end
}
