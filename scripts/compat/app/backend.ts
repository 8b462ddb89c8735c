import { createTokenBackend, type TokenBackend } from 'next-auth-refresh/testing'

/** Outlives the modules, of which each route has its own copy, and a new one after each change in development. */
const shared = globalThis as { tokenBackend?: TokenBackend }

export const backend = (shared.tokenBackend ??= createTokenBackend({ accessTokenLifetime: 8 }))
