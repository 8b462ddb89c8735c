import {
  withAuth as nextAuthMiddleware,
  type NextAuthMiddlewareOptions,
  type NextMiddlewareWithAuth,
  type NextRequestWithAuth,
} from 'next-auth/middleware'
import type { NextFetchEvent } from 'next/server'
import { decodeNewest } from './next-auth/decode-newest'
import { isOver } from './session'

export type { NextAuthMiddlewareOptions, NextMiddlewareWithAuth, NextRequestWithAuth }

type Answer = ReturnType<NextMiddlewareWithAuth>

/**
 * next-auth's `withAuth`, in each of its forms, and one rule more: a session that is over does not pass. Its token reaches
 * neither `callbacks.authorized` nor the app's middleware: both see `null`, as for the signed-out. It reads the cookie as
 * it is and never refreshes: an expired access token passes, and is renewed by the page or API route behind.
 */
export function withAuth(): NextMiddlewareWithAuth
export function withAuth(request: NextRequestWithAuth, event?: NextFetchEvent): Answer
export function withAuth(request: NextRequestWithAuth, options: NextAuthMiddlewareOptions): Answer
export function withAuth(middleware: NextMiddlewareWithAuth, options?: NextAuthMiddlewareOptions): NextMiddlewareWithAuth
export function withAuth(options: NextAuthMiddlewareOptions): NextMiddlewareWithAuth
export function withAuth(
  first: NextRequestWithAuth | NextMiddlewareWithAuth | NextAuthMiddlewareOptions = {},
  second: NextFetchEvent | NextAuthMiddlewareOptions = {},
): NextMiddlewareWithAuth | Answer {
  if (typeof first === 'function') return guard(second as NextAuthMiddlewareOptions, first)
  if (!('nextUrl' in first)) return guard(first)
  // An event is none of the options, and no option is asked of it.
  return guard(second as NextAuthMiddlewareOptions)(first, second as NextFetchEvent)
}

/** So that `export { default } from 'next-auth-refresh/middleware'` is all that a `middleware.ts` needs. */
export default withAuth

function guard(options: NextAuthMiddlewareOptions, middleware?: NextMiddlewareWithAuth): NextMiddlewareWithAuth {
  const { callbacks } = options
  const guarded: NextAuthMiddlewareOptions = {
    ...options,
    jwt: { decode: decodeNewest, ...options.jwt },
    callbacks: {
      ...callbacks,
      async authorized({ token, req }) {
        const live = isOver(token) ? null : token
        return (await callbacks?.authorized?.({ token: live, req })) ?? live !== null
      },
    },
  }
  return async (request, event) => {
    let hasPassed = false
    const answer = await nextAuthMiddleware((passing, itsEvent) => {
      hasPassed = true
      if (isOver(passing.nextauth.token)) passing.nextauth.token = null
      return middleware?.(passing, itsEvent)
    }, guarded)(request, event)
    // Next's router would go by this answer again after a sign-in, until the page is reloaded.
    if (answer && !hasPassed) answer.headers.set('x-middleware-cache', 'no-cache')
    return answer
  }
}
