import type { FreshToken } from 'next-auth-refresh/server'
import { backendURL } from './backend'
import type { Problem } from './problem'

/** Who the backend says the bearer of an access token is. */
export interface Profile {
  id: string
  name: string
  email: string
  roles: string[]
}

export type ProfileAnswer = { profile: Profile } | { problem: Problem }

const TIMEOUT_MS = 5_000

/** Asks the backend who the user is. Never rejects: what can go wrong comes as a problem that a page can show. */
export async function fetchProfile({ accessToken, accessTokenExpiry }: FreshToken): Promise<ProfileAnswer> {
  // It is still there because its renewal got no answer: the backend is away.
  if (accessTokenExpiry <= Date.now()) return unreachable
  try {
    const response = await fetch(`${backendURL().replace(/\/+$/, '')}/users/me`, {
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    })
    if (response.status === 401) return refused
    if (!response.ok) return badAnswer(`It answered ${response.status}.`)
    const profile = parseProfile(await response.json().catch(() => undefined))
    return profile ? { profile } : badAnswer('Its answer was no profile.')
  } catch {
    return unreachable
  }
}

/** What a call through axios has brought. Never rejects either. */
export async function answerOf(call: Promise<{ data: unknown } | null>): Promise<ProfileAnswer> {
  try {
    const profile = parseProfile((await call)?.data)
    return profile ? { profile } : badAnswer('Its answer was no profile.')
  } catch (error) {
    const status = (error as { response?: { status?: number } }).response?.status
    if (status === 401) return refused
    return status === undefined ? unreachable : badAnswer(`It answered ${status}.`)
  }
}

const refused: ProfileAnswer = {
  problem: {
    status: 401,
    title: 'The backend refused the access token',
    detail: 'The next renewal tells whether the session is over.',
  },
}

const unreachable: ProfileAnswer = {
  problem: {
    status: 503,
    title: 'The backend can’t be reached',
    detail: 'You stay signed in. Try again in a moment.',
  },
}

function badAnswer(detail: string): ProfileAnswer {
  return { problem: { status: 502, title: 'The backend is in trouble', detail: `${detail} You stay signed in.` } }
}

function parseProfile(value: unknown): Profile | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id, name, email, roles } = value as Record<string, unknown>
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  const text = (field: unknown) => (typeof field === 'string' ? field : '')
  return { id: String(id), name: text(name), email: text(email), roles: Array.isArray(roles) ? roles.map(text) : [] }
}
