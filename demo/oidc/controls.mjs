import { allow } from './interactions.mjs'

/** What tests can ask of the provider besides what it offers to apps. Each answers with plain data. */
export function createControls(provider, clients, counters) {
  return {
    counters: () => counters,

    register: (app) => clients.register(app),

    /** Tokens of a new grant, as a sign-in would bring them, without one. */
    async issue({ clientId, accountId = '1', scope = 'openid email profile offline_access' }) {
      const client = await provider.Client.find(clientId)
      const grantId = await allow(provider, { accountId, clientId, scope })
      const shared = { accountId, client, grantId, gty: 'authorization_code', scope }
      const refreshToken = new provider.RefreshToken({ ...shared, authTime: Math.floor(Date.now() / 1000) })
      const accessToken = new provider.AccessToken(shared)
      return {
        access_token: await accessToken.save(),
        expires_in: accessToken.expiration,
        refresh_token: await refreshToken.save(),
        token_type: 'Bearer',
      }
    },

    /** Whether a refresh token can still be spent. */
    async isAlive(token) {
      const found = await provider.RefreshToken.find(token)
      return Boolean(found && !found.consumed && (await provider.Grant.find(found.grantId)))
    },

    /** Ends a grant with all its tokens, as an administrator would. */
    async revokeGrant(refreshToken) {
      const found = await provider.RefreshToken.find(refreshToken)
      if (!found) return
      await provider.AccessToken.revokeByGrantId(found.grantId)
      await provider.RefreshToken.revokeByGrantId(found.grantId)
      await (await provider.Grant.find(found.grantId))?.destroy()
    },
  }
}
