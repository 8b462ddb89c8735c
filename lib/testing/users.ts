/** One who may sign in at a token backend. */
export interface BackendUser {
  id: string
  email: string
  password: string
  name: string
  roles: readonly string[]
}

/** What the backend tells about a user: all but the password. */
export interface BackendProfile {
  id: string
  email: string
  name: string
  roles: string[]
}

export const DEMO_USERS: readonly BackendUser[] = [
  { id: '1', email: 'ada@example.com', password: 'correct-horse', name: 'Ada Lovelace', roles: ['admin'] },
  { id: '2', email: 'grace@example.com', password: 'battery-staple', name: 'Grace Hopper', roles: ['user'] },
]

const TEXT_FIELDS = ['id', 'email', 'password', 'name'] as const

/** A copy of the users; throws a `TypeError` that quotes `users` for a wrong shape, an id or an email given twice. */
export function parseUsers(value: unknown): BackendUser[] {
  if (!Array.isArray(value) || !value.every(isUser)) {
    throw new TypeError('"users" must be an array of { id, email, password, name, roles }')
  }
  for (const field of ['id', 'email'] as const) {
    if (new Set(value.map((user) => user[field])).size < value.length) {
      throw new TypeError(`"users" must each have their own ${field}`)
    }
  }
  return value.map((user) => ({ ...user, roles: [...user.roles] }))
}

export function profileOf({ id, email, name, roles }: BackendUser): BackendProfile {
  return { id, email, name, roles: [...roles] }
}

function isUser(value: unknown): value is BackendUser {
  if (typeof value !== 'object' || value === null) return false
  const user = value as Record<string, unknown>
  const named = TEXT_FIELDS.every((field) => typeof user[field] === 'string' && user[field] !== '')
  return named && Array.isArray(user.roles) && user.roles.every((role) => typeof role === 'string')
}
