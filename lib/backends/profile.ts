import { decodeJwt } from 'jose'
import type { User } from 'next-auth'
import { firstPresent, isRecord, type UnknownRecord } from '../record'

/**
 * next-auth's user from the body of a login: its `user` (also inside `data`), else the claims of the access token that it
 * brought. Fields of other kinds than next-auth's, `roles` among them, are kept.
 */
export function profileOf(body: unknown, accessToken: string): User {
  return userOf(namedUser(body) ?? claimsOf(accessToken))
}

/** next-auth's user from a profile: the body's `user`, the body itself, or either inside `data`. */
export function profileItself(body: unknown): User {
  return userOf(namedUser(body) ?? dataOf(body))
}

function userOf(profile: UnknownRecord): User {
  const [, id] = firstPresent(profile, ['id', '_id', 'sub', 'email']) ?? []
  return { ...profile, id: typeof id === 'string' || typeof id === 'number' ? String(id) : '' }
}

function namedUser(body: unknown): UnknownRecord | undefined {
  return isRecord(body) ? [body['user'], dataOf(body)['user']].find(isRecord) : undefined
}

function dataOf(body: unknown): UnknownRecord {
  if (!isRecord(body)) return {}
  return isRecord(body['data']) ? body['data'] : body
}

function claimsOf(accessToken: string): UnknownRecord {
  try {
    const { sub, name, email, picture, roles } = decodeJwt(accessToken)
    return { sub, name, email, image: picture, roles }
  } catch {
    return {}
  }
}
