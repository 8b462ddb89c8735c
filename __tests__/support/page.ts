import { arrivalOf } from '../../lib/client/arrival'
import { tellSession } from '../../lib/client/page'
import type { HttpBrowser } from './http-browser'

/** As much of a page, without React, as the clients need that fetch for one: its address, its session, its cookies. */
export interface OpenPage {
  /** What `useSession` would show. */
  session(): Record<string, unknown> | null
  /** How often next-auth's routes were asked. */
  requests: string[]
  close(): void
}

const GLOBALS = ['window', 'document', 'StorageEvent', 'dispatchEvent']

/** Opens a page of this browser, which asks for its session and tells of it. */
export async function openPage(browser: HttpBrowser, origin: string): Promise<OpenPage> {
  const { fetch } = globalThis
  const requests: string[] = []
  let session: Record<string, unknown> | null = null

  const window = Object.assign(new EventTarget(), { location: { href: `${origin}/` } })
  const page = {
    window,
    document: { baseURI: `${origin}/` },
    StorageEvent: class extends Event {},
    dispatchEvent: (event: Event) => window.dispatchEvent(event),
    async fetch(url: string | URL, init: RequestInit = {}) {
      if (!String(url).startsWith('/')) return fetch(url, init)
      const method = init.method ?? 'GET'
      requests.push(`${method} ${String(url)}`)
      const json = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined
      const { status, text } = await browser.request(String(url), { method, ...(json !== undefined && { json }) })
      return new Response(text, { status })
    },
  }
  Object.assign(globalThis, page)

  async function ask(): Promise<void> {
    const answer = await browser.session()
    session = Object.keys(answer).length > 0 ? answer : null
    tellSession(session)
    if (session) arrivalOf(session)
  }
  // So next-auth's own client is told to ask anew.
  window.addEventListener('storage', () => void ask().catch(() => {}))
  await ask()

  return {
    requests,
    session: () => session,
    close() {
      tellSession()
      Object.assign(globalThis, { fetch })
      for (const name of GLOBALS) Reflect.deleteProperty(globalThis, name)
    },
  }
}
