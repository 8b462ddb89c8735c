import type { Provider } from 'next-auth/providers/index'
import CredentialsProvider from 'next-auth/providers/credentials'
import { restBackend, type RestBackend, type TokenRefreshOptions } from '../../lib'
import type { TokenBackend } from '../../lib/testing'
import { typingCredentials, type SignIn } from './http-browser'
import { listen, type Listening } from './listen'

/** One kind of backend that an app may have, with what the app writes to use it. */
export interface BackendKind {
  name: string
  /** Serves a token backend's families, counters and faults in the ways of this kind. */
  serve(backend: TokenBackend): Promise<Listening>
  /** What an app says of the backend at this address. */
  inApp(origin: string): { provider: Provider; refresh?: TokenRefreshOptions }
  signIn: SignIn
}

/** What an app says of a backend that takes credentials. */
export function withCredentials({ authorize, refresh, revoke }: RestBackend): ReturnType<BackendKind['inApp']> {
  const provider = CredentialsProvider({ credentials: { email: {}, password: {} }, authorize: (typed) => authorize(typed) })
  return { provider, refresh: { refresh, revoke } }
}

/** Tokens in JSON. */
export const rest: BackendKind = {
  name: 'rest',
  serve: ({ listener }) => listen(listener),
  inApp: (origin) => withCredentials(restBackend({ baseURL: origin })),
  signIn: typingCredentials,
}
