/** How a request tells the backend who the user is. */
export interface TransportOptions {
  /**
   * `bearer`: in an `Authorization` header (RFC 6750 §2.1). `cookie`: in a cookie, for backends that read it there.
   * @default 'bearer'
   */
  transport?: 'bearer' | 'cookie'
  /**
   * The cookie's name, where the token goes in a cookie.
   * @default 'access_token'
   */
  cookieName?: string
}

/** The header that carries the access token. A token in a cookie is sent as the backend gave it, without encoding. */
export function authHeaders(accessToken: string, options: TransportOptions = {}): Record<string, string> {
  const { transport = 'bearer', cookieName = 'access_token' } = options
  return transport === 'cookie'
    ? { cookie: `${cookieName}=${accessToken}` }
    : { authorization: `Bearer ${accessToken}` }
}
