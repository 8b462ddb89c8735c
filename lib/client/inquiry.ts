import { isRecord } from '../record'
import { page } from './current-session'

/** What a session request proves. Silence proves nothing: next-auth's own client takes it for the end. */
export type Answer = 'alive' | 'gone' | 'silent'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** Tells where next-auth's routes are, for all of this tab; it is what `SessionProvider` takes by that name. */
export function setBasePath(path: string): void {
  page.basePath = path
}

/** Asks the server, apart from next-auth's client, which can't tell a failed request from a session that is gone. */
export async function askForSession(): Promise<Answer> {
  try {
    const response = await fetch(`${page.basePath}/session`, { cache: 'no-store' })
    const body: unknown = await response.json()
    if (!response.ok || !isRecord(body)) return 'silent'
    return Object.keys(body).length > 0 ? 'alive' : 'gone'
  } catch {
    return 'silent'
  }
}

/**
 * Has next-auth's client ask for the session anew, also after a failure that would keep it silent until a reload. Other
 * tabs are not told.
 */
export function refetchSession(): void {
  const newValue = JSON.stringify({ event: 'session', data: { trigger: 'getSession' } })
  window.dispatchEvent(new StorageEvent('storage', { key: 'nextauth.message', newValue }))
}

/** To be called when a live session is seen: what was said before it came holds no more. */
export function forgetGone(): void {
  goneAt = -Infinity
}

type Listener = (answer: Exclude<Answer, 'silent'>) => void

/** One question serves all on the page who learn of a session's end at the same time. */
const SAME_QUESTION_MS = 1_000

const listeners = new Set<Listener>()
let stop = () => {}
let goneAt = -Infinity

/**
 * Asks, ever less often, until the server has answered. One inquiry serves all who wait in this tab; the last one to
 * leave ends it.
 */
export function inquire(listener: Listener): () => void {
  const sinceGone = performance.now() - goneAt
  if (sinceGone >= 0 && sinceGone < SAME_QUESTION_MS) {
    listener('gone')
    return () => {}
  }
  listeners.add(listener)
  if (listeners.size === 1) stop = start()
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) stop()
  }
}

function start(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_PAUSE_MS
  let isAsking = false
  let isOver = false

  async function ask(): Promise<void> {
    if (isAsking || isOver) return
    clearTimeout(timer)
    isAsking = true
    const answer = await askForSession()
    isAsking = false
    if (isOver) return
    if (answer === 'silent') {
      timer = setTimeout(() => void ask(), pause * (0.5 + Math.random() / 2))
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      return
    }
    if (answer === 'gone') goneAt = performance.now()
    const waiting = [...listeners]
    listeners.clear()
    end()
    for (const listener of waiting) listener(answer)
  }

  const askNow = () => void ask()
  function end(): void {
    isOver = true
    clearTimeout(timer)
    window.removeEventListener('online', askNow)
    document.removeEventListener('visibilitychange', askNow)
  }

  window.addEventListener('online', askNow)
  document.addEventListener('visibilitychange', askNow)
  askNow()
  return end
}
