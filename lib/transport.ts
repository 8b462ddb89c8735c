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

/** RFC 6265 §4.1.1, RFC 9110 §5.6.2. */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** @throws {TypeError} in the name of `caller`, quoting the option that can't be */
export function requireTransport(caller: string, { transport, cookieName }: TransportOptions): void {
  if (transport !== undefined && transport !== 'bearer' && transport !== 'cookie') {
    throw new TypeError(`${caller}: \`transport\` must be 'bearer' or 'cookie'`)
  }
  if (cookieName !== undefined) requireCookieName(caller, 'cookieName', cookieName)
}

/** @throws {TypeError} in the name of `caller`, quoting the option */
export function requireCookieName(caller: string, option: string, name: unknown): void {
  if (typeof name === 'string' && COOKIE_NAME.test(name)) return
  throw new TypeError(`${caller}: \`${option}\` must be a cookie's name, not ${JSON.stringify(name)}`)
}
