import type { Arrival } from './arrival'

/** What all bundles on a page know in common: the entries are separate ones, and apps may load two kinds of each. */
export interface Page {
  /** The session as last told: `null` where nobody is signed in, `undefined` where that is not known. */
  session?: object | null | undefined
  /** Where next-auth's routes are. */
  basePath: string
  /** When each session was first seen. */
  arrivals: WeakMap<object, Arrival>
  /** Called when the session may have changed. */
  onTold?: () => void
}

const KEY = Symbol.for('next-auth-refresh.page')

/** Of this page. On a server nobody tells of a session: there it would be everybody's. */
export const page: Page = ((globalThis as { [KEY]?: Page })[KEY] ??= { basePath: '/api/auth', arrivals: new WeakMap() })

/** Tells all who carry tokens on this page whose they are. To be called in the browser only. */
export function tellSession(session?: object | null): void {
  page.session = session
  page.onTold?.()
}
