import { randomBytes } from 'node:crypto'
import { isRecord } from '../record'
import { pathAt } from '../way-back'
import type { RequestWithCookies } from './cookies'

/** A sign-out whose user is away at the provider. */
export interface SignOutUnderWay {
  /** What the provider sends back; unguessable. */
  state: string
  /** The path of this origin that the user goes on to. */
  path: string
}

const NAME = 'next-auth-refresh.sign-out'
/** For as long as someone may think about a question of the provider's. */
const MAX_AGE_S = 600

export function newSignOut(path: string): SignOutUnderWay {
  return { state: randomBytes(24).toString('base64url'), path }
}

/** The `Set-Cookie` header that remembers a sign-out in this browser, or forgets it. */
export function signOutCookie(route: URL, underWay: SignOutUnderWay | undefined): string {
  const value = underWay ? Buffer.from(JSON.stringify(underWay)).toString('base64url') : ''
  const secure = route.protocol === 'https:' ? '; Secure' : ''
  return `${NAME}=${value}; Path=${route.pathname}; Max-Age=${underWay ? MAX_AGE_S : 0}; HttpOnly; SameSite=Lax${secure}`
}

/** Where the browser goes on to, if it comes back from the sign-out that it left for. A cookie may be anybody's work. */
export function pathAfter(req: RequestWithCookies, route: URL, state: string | null): string | undefined {
  const underWay = parse(req.cookies[NAME])
  if (state === null || underWay?.state !== state) return undefined
  return pathAt(underWay.path, route.origin)
}

function parse(cookie: string | undefined): SignOutUnderWay | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString())
    if (!isRecord(value)) return undefined
    const { state, path } = value
    return typeof state === 'string' && state !== '' && typeof path === 'string' ? { state, path } : undefined
  } catch {
    return undefined
  }
}
