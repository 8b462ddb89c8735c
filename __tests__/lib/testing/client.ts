import {
  type BackendTokenSet,
  createTokenBackend,
  type TokenBackend,
  type TokenBackendOptions,
} from '../../../lib/testing'

export const ADA = { email: 'ada@example.com', password: 'correct-horse' }
export const GRACE = { email: 'grace@example.com', password: 'battery-staple' }

/** An instant that is no whole second, so that rounding shows. */
export const START = 1_700_000_000_250

/** A backend whose clock moves by hand, in seconds. */
export function backendAt(options: TokenBackendOptions = {}) {
  let now = START
  const backend = createTokenBackend({ now: () => now, ...options })
  const to = (instant: number) => void (now = instant)
  return { backend, to, pass: (seconds: number) => to(now + seconds * 1000) }
}

export function post(backend: TokenBackend, path: string, body?: unknown) {
  return backend.handle({ method: 'POST', url: `/${path}`, body })
}

export const refresh = (backend: TokenBackend, token: string) => post(backend, 'auth/refreshToken', { token })

export function me(backend: TokenBackend, accessToken: string) {
  return backend.handle({ method: 'GET', url: '/users/me', headers: { authorization: `Bearer ${accessToken}` } })
}

/** The token set of an answer that must have gone well. */
export function tokensIn({ status, body }: { status: number; body: string }): BackendTokenSet {
  expect({ status, body }).toMatchObject({ status: 200 })
  return JSON.parse(body)
}

export async function signIn(backend: TokenBackend, credentials = ADA): Promise<BackendTokenSet> {
  return tokensIn(await post(backend, 'auth/login', credentials))
}

/** What a failure tells: its status, code and message. */
export function failureIn({ status, body }: { status: number; body: string }) {
  return { status, ...(JSON.parse(body) as { error: string; message: string }) }
}
