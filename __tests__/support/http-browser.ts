import { parseSetCookie } from 'set-cookie-parser'

export interface Answer {
  status: number
  headers: Headers
  text: string
  json: unknown
}

/** A browser's cookies and requests, without the rest of a browser. */
export interface HttpBrowser {
  cookies: Map<string, string>
  /** Sends the jar's cookies, or those given; keeps what comes back unless told to lose it. */
  request(path: string, options?: RequestOptions): Promise<Answer>
  /** Posts a form of next-auth's, with its CSRF token. */
  post(path: string, form: Record<string, string>): Promise<Answer>
  /** Signs in with e-mail and password; the answer's `url` carries an `error` where that fails. */
  signIn(credentials?: Credentials): Promise<Answer>
  signOut(): Promise<Answer>
  session(options?: RequestOptions): Promise<Record<string, unknown>>
}

export type Credentials = { email: string; password: string }

/** How a user of an app signs in. */
export type SignIn = (browser: HttpBrowser, credentials: Credentials) => Promise<Answer>

export interface RequestOptions {
  method?: string
  form?: Record<string, string>
  json?: unknown
  headers?: Record<string, string>
  /** Sent in place of the jar's. */
  cookies?: Map<string, string>
  /** Whether the answer's cookies get lost on the way. */
  losesCookies?: boolean
  signal?: AbortSignal
}

export const typingCredentials: SignIn = (browser, credentials) => browser.post('/api/auth/callback/credentials', credentials)

export function createHttpBrowser(origin: string, signIn = typingCredentials): HttpBrowser {
  const cookies = new Map<string, string>()

  function keep(headers: Headers): void {
    for (const { name, value, maxAge, expires } of parseSetCookie(headers.getSetCookie(), { decodeValues: false })) {
      const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now())
      if (isGone) cookies.delete(name)
      else cookies.set(name, value)
    }
  }

  async function request(path: string, options: RequestOptions = {}): Promise<Answer> {
    const { method = 'GET', form, json, headers, losesCookies = false, signal } = options
    const jar = options.cookies ?? cookies
    const body = form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json)
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
    const response = await fetch(new URL(path, origin), {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    if (!losesCookies) keep(response.headers)
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }

  async function post(path: string, form: Record<string, string>): Promise<Answer> {
    const { csrfToken } = (await request('/api/auth/csrf')).json as { csrfToken: string }
    return request(path, { method: 'POST', form: { ...form, csrfToken, json: 'true' } })
  }

  const browser: HttpBrowser = {
    cookies,
    request,
    post,
    signIn: (credentials = { email: 'ada@example.com', password: 'correct-horse' }) => signIn(browser, credentials),
    signOut: () => post('/api/auth/signout', { callbackUrl: '/' }),
    async session(options) {
      const { status, text, json } = await request('/api/auth/session', options)
      if (status !== 200) throw new Error(`the session route answered ${status}: ${text.slice(0, 200)}`)
      return json as Record<string, unknown>
    },
  }
  return browser
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
