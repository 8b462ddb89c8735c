import type { DefaultSession } from 'next-auth'
import type { RefreshedSession } from '../session'
import type { RefreshedJWT, RefreshedUser } from '../user-and-jwt'

/**
 * For those who want next-auth's own types to know what this library adds: `import 'next-auth-refresh/types'` anywhere in
 * an app. Without that, nothing of next-auth's is changed. An app that declares `Session['user']` itself leaves this
 * import out, and extends the shapes that `next-auth-refresh` exports in its own declarations.
 */
declare module 'next-auth' {
  interface Session extends RefreshedSession {
    user?: DefaultSession['user'] & Pick<RefreshedUser, 'roles'>
  }
  interface User extends RefreshedUser {}
}

declare module 'next-auth/jwt' {
  interface JWT extends RefreshedJWT {}
}

export type { RefreshedJWT, RefreshedSession, RefreshedUser }
