import { decodeJwt } from 'jose'
import type { User } from 'next-auth'
import { firstPresent, isRecord, type UnknownRecord } from '../record'

/**
 * next-auth's user from the body of a login: its `user` (also inside `data`), else the claims of its access token.
 * Fields of other kinds than next-auth's, `roles` among them, are kept.
 */
export function profileOf(body: unknown): User {
  if (!isRecord(body)) return { id: '' }
  const data: UnknownRecord = isRecord(body['data']) ? body['data'] : body
  const profile = [body['user'], data['user']].find(isRecord) ?? claimsOf(data)
  const [, id] = firstPresent(profile, ['id', '_id', 'sub', 'email']) ?? []
  return { ...profile, id: typeof id === 'string' || typeof id === 'number' ? String(id) : '' }
}

function claimsOf(body: UnknownRecord): UnknownRecord {
  const [, token] = firstPresent(body, ['accessToken', 'access_token']) ?? []
  try {
    const { sub, name, email, picture, roles } = decodeJwt(String(token))
    return { sub, name, email, image: picture, roles }
  } catch {
    return {}
  }
}
