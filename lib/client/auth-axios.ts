import axios, { type AxiosInstance, type CreateAxiosDefaults, type InternalAxiosRequestConfig } from 'axios'
import { authorizedAdapter } from './authorized-adapter'
import { tokenOrigins } from './origins'

/** axios' own configuration, and which requests may carry the token. */
export interface AuthAxiosConfig extends CreateAxiosDefaults {
  /**
   * The only origins whose requests carry the token, such as `https://api.example.com`. To be named where there are
   * several, or where it isn't the `baseURL`'s; they are judged by where the request really goes.
   * @default the origin of `baseURL`, without one the page's own
   */
  origins?: readonly string[]
  /**
   * Where next-auth's routes are.
   * @default what `RefreshSessionProvider` or `RefreshTokenHandler` was given, or else '/api/auth'
   */
  basePath?: string
  /**
   * An `Authorization` header (RFC 6750 §2.1). Browsers let no page set a cookie for another server: for a backend that
   * reads tokens from cookies, send through `createBackendProxy` of `next-auth-refresh/server`.
   * @default 'bearer'
   */
  transport?: 'bearer'
}

/**
 * An axios instance for the browser whose requests carry the signed-in user's access token, from memory. One that is
 * about to expire, or has, is renewed first, once for all; a 401 is answered with one renewal, shared by all, and one
 * replay. It never reloads, redirects or signs out; what fails, fails with its own error, except that a 401 to a token
 * which has expired and can't be renewed yet is an `AxiosError` of code `ERR_TOKEN_EXPIRED`, without a response.
 *
 * Needs `RefreshSessionProvider` or `RefreshTokenHandler` on the page; while the session loads, requests wait for it, 10 s
 * at most. They go without a token where nobody is signed in, where `exposeAccessToken` is off, where the request brings
 * an `Authorization` of its own, and on a server. A request is canceled if another user has signed in before it was sent.
 *
 * @param config axios' own, and which requests may carry the token
 * @throws TypeError for an option that can't be understood
 */
export function createAuthAxios(config: AuthAxiosConfig = {}): AxiosInstance {
  const { origins, basePath, transport, ...defaults } = config
  if (transport !== undefined && transport !== 'bearer') {
    throw new TypeError(
      '"transport" can only be "bearer" in a browser, which lets no page set a Cookie header: ' +
        'send through createBackendProxy of next-auth-refresh/server instead',
    )
  }
  const isTokenOrigin = tokenOrigins(origins, defaults.baseURL)
  const instance = axios.create(defaults)
  // One without defaults, which would fill in again what an interceptor has taken out.
  const addresses = new axios.Axios({})

  function mayCarry(request: InternalAxiosRequestConfig): boolean {
    if (request.headers.has('Authorization') || request.auth) return false
    return isTokenOrigin(addresses.getUri(request))
  }

  // Interceptors added later run before this one, so it sees the request as they have left it.
  instance.interceptors.request.use((request) => {
    // A server serves many users; what is in its memory is nobody's.
    if (typeof window !== 'undefined') request.adapter = authorizedAdapter(request.adapter, { mayCarry, basePath })
    return request
  })
  return instance
}
