/** Who may sign in: the same people as at the demo's own backend. */
export const users = [
  { id: '1', name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct-horse', roles: ['admin'] },
  { id: '2', name: 'Grace Hopper', email: 'grace@example.com', password: 'battery-staple', roles: ['user'] },
]
