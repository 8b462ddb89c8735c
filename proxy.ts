import { withAuth } from 'next-auth-refresh/middleware'

// Before Next 16 this file is called `middleware.ts`, and what it exports `middleware`.
export const proxy = withAuth({ pages: { signIn: '/login' } })

export const config = { matcher: '/recipes/middleware' }
