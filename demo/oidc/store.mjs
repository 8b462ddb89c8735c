// What the provider keeps, in memory. Its shape is what oidc-provider calls an adapter.

const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

/** A new, empty store, as a class that oidc-provider makes one object of for each of its models. */
export function createStore() {
  /** @type {Map<string, { payload: object, until: number }>} */
  const entries = new Map()
  /** @type {Map<string, string>} Sessions have a second name. */
  const sessionIds = new Map()

  function get(key) {
    const entry = entries.get(key)
    if (entry && entry.until <= Date.now()) entries.delete(key)
    return entries.get(key)?.payload
  }

  return class Store {
    constructor(model) {
      this.model = model
    }

    async upsert(id, payload, expiresIn) {
      if (this.model === 'Session') sessionIds.set(payload.uid, id)
      entries.set(this.#key(id), { payload, until: expiresIn ? Date.now() + expiresIn * 1000 : Infinity })
    }

    async find(id) {
      return get(this.#key(id))
    }

    async findByUid(uid) {
      return this.find(sessionIds.get(uid))
    }

    async consume(id) {
      get(this.#key(id)).consumed = Math.floor(Date.now() / 1000)
    }

    async destroy(id) {
      entries.delete(this.#key(id))
    }

    async revokeByGrantId(grantId) {
      if (!GRANTABLE.has(this.model)) return
      for (const [key, { payload }] of entries) {
        if (key.startsWith(`${this.model}:`) && payload.grantId === grantId) entries.delete(key)
      }
    }

    #key(id) {
      return `${this.model}:${id}`
    }
  }
}
