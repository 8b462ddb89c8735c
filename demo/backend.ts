import { createTokenBackend, type TokenBackend } from 'next-auth-refresh/testing'

/** Whether the tokens come from this app's own backend, and not from the one that `API_BASE_URL` names. */
export function isEmbedded(): boolean {
  return !process.env.API_BASE_URL
}

/** Where the token backend is. */
export function backendURL(): string {
  return process.env.API_BASE_URL || `http://127.0.0.1:${process.env.PORT || 3000}/api/backend`
}

/** Where a page finds that backend. */
export interface BrowserBackend {
  baseURL: string
  isEmbedded: boolean
}

/** For requests from the browser: one that `API_BASE_URL` names has to allow them (CORS). */
export function browserBackend(): BrowserBackend {
  return { baseURL: process.env.API_BASE_URL || '/api/backend', isEmbedded: isEmbedded() }
}

const EMBEDDED = Symbol.for('next-auth-refresh.demo.backend')

/** The backend inside this app: access tokens of one minute, refresh tokens that can be spent once. */
export function embeddedBackend(): TokenBackend {
  // In development each change of a file loads this module again, and a new backend would know nobody's tokens.
  const holder = globalThis as { [EMBEDDED]?: TokenBackend }
  return (holder[EMBEDDED] ??= createTokenBackend({ accessTokenLifetime: 60 }))
}
