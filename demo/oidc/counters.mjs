/**
 * Counts what the provider says of itself.
 *
 * - `grants`, `errors`: answers of the token endpoint, by grant type and by error code (`invalid_grant`, ...)
 * - `consumed`: refresh tokens spent; `reuses`: spent ones that were presented again, each of which revokes a grant
 * - `revoked`: grants revoked, for a reuse, by RFC 7009 or at a sign-out
 * - `signOuts`: sessions ended at the provider's own page
 * - `requests`: requests by path, of users and apps alike
 *
 * @param {import('oidc-provider').Provider} provider
 */
export function countEvents(provider) {
  const counters = { grants: {}, errors: {}, consumed: 0, reuses: 0, revoked: 0, signOuts: 0, requests: {} }
  const count = (record, name) => {
    record[name] = (record[name] ?? 0) + 1
  }
  provider.on('grant.success', (ctx) => count(counters.grants, ctx.oidc.params.grant_type))
  provider.on('grant.error', (_ctx, error) => {
    count(counters.errors, error.error)
    if (error.error_detail === 'refresh token already used') counters.reuses += 1
  })
  provider.on('refresh_token.consumed', () => (counters.consumed += 1))
  provider.on('grant.revoked', () => (counters.revoked += 1))
  provider.on('end_session.success', () => (counters.signOuts += 1))
  provider.on('server_error', (_ctx, error) => console.error(error))
  provider.use((ctx, next) => {
    count(counters.requests, ctx.path)
    return next()
  })
  return counters
}
