import { RefreshError } from '../errors'
import type { ByProvider, RefreshTokens, RevokeTokens } from '../options'
import { NEVER, type TokenSet } from '../token-set'
import { oauthBackend } from './oauth'
import { factsOf, howToGetRefreshTokens } from './provider-facts'
import { identityOf } from './provider-identity'

export interface ProviderChoices {
  refresh?: ByProvider<RefreshTokens> | undefined
  revoke?: ByProvider<RevokeTokens> | undefined
  allowInsecure?: readonly string[] | undefined
}

export interface ProviderBackends {
  refresh: RefreshTokens
  revoke: RevokeTokens
  /** What the people who run the app should know of a sign-in through this provider that brought these tokens, or none. */
  adviceOn: (provider: string, tokenSet: TokenSet | undefined) => string | undefined
}

/**
 * Asks for each session the provider that its user came from: with the app's own function where it has one, else by OAuth
 * at a provider that speaks it. The providers are looked at now, since next-auth hands out its options without them.
 *
 * @throws {TypeError} for an id that two providers share, and for choices that name a provider that isn't there
 */
export function backendsOf(
  providers: readonly object[],
  { refresh, revoke, allowInsecure = [] }: ProviderChoices,
): ProviderBackends {
  const identities = providers.map(identityOf)
  const ids = identities.map(({ id }) => id)
  requireOwnIds(ids)
  for (const [option, named] of Object.entries({ refresh: idsIn(refresh), revoke: idsIn(revoke), allowInsecure })) {
    const stray = named.find((id) => !ids.includes(id))
    if (stray === undefined) continue
    const known = ids.join(', ') || 'none'
    throw new TypeError(`withTokenRefresh: \`${option}\` names the provider '${stray}'; there are ${known}`)
  }
  const templates = new Map(identities.filter(({ isOAuth }) => isOAuth).map(({ id, template }) => [id, template]))
  const byOAuth = new Map(
    providers.flatMap((provider, at) => {
      const id = ids[at] ?? ''
      // What a provider is has just been found out, whatever its type says.
      return templates.has(id) ? [[id, oauthBackend(provider as never, { allowInsecure: allowInsecure.includes(id) })]] : []
    }),
  )
  /** A cookie from before this library was installed names no provider: where there is one alone, it is that. */
  const named = (id: string): string => id || (ids.length === 1 ? (ids[0] ?? '') : '')
  const refreshOf = (id: string): RefreshTokens | undefined => chosen(refresh, id) ?? byOAuth.get(id)?.refresh
  const revokeOf = (id: string): RevokeTokens | undefined => chosen(revoke, id) ?? byOAuth.get(id)?.revoke

  return {
    async refresh(tokenSet, context) {
      const provider = named(context.provider)
      const renew = refreshOf(provider)
      if (renew) return renew(tokenSet, { ...context, provider })
      throw new RefreshError('configuration', withoutRefresh(provider))
    },
    async revoke(tokenSet, context) {
      const provider = named(context.provider)
      return revokeOf(provider)?.(tokenSet, { ...context, provider })
    },
    adviceOn(provider, tokenSet) {
      const template = templates.get(provider)
      if (!tokenSet) return template && withoutAccessToken(provider, template)
      const { refreshToken, accessTokenExpiry } = tokenSet
      if (refreshToken !== undefined) return refreshOf(provider) ? undefined : withoutRefresh(provider)
      if (accessTokenExpiry === NEVER) return undefined
      const wanted = ids.includes(provider) && template === undefined
        ? 'Return a `refreshToken` from `authorize`.'
        : howToGetRefreshTokens(template ?? provider)
      return `The sign-in through "${provider}" brought no refresh token: the session ends when its access token expires. ${wanted}`
    },
  }
}

function requireOwnIds(ids: readonly string[]): void {
  const shared = ids.find((id, at) => ids.indexOf(id) !== at)
  if (shared === undefined) return
  throw new TypeError(`withTokenRefresh: two of the \`providers\` share the id '${shared}'; give one of them an \`id\` of its own`)
}

function idsIn<F extends (...args: never[]) => unknown>(choice: ByProvider<F> | undefined): string[] {
  return typeof choice === 'object' ? Object.keys(choice) : []
}

function chosen<F extends (...args: never[]) => unknown>(choice: ByProvider<F> | undefined, id: string): F | undefined {
  if (typeof choice !== 'object') return choice
  return Object.hasOwn(choice, id) ? choice[id] : undefined
}

/** OAuth has every sign-in bring an access token; some of OpenID bring the ID token alone. */
function withoutAccessToken(provider: string, template: string): string {
  const wanted = factsOf(template)?.options === undefined ? '' : ` ${howToGetRefreshTokens(template)}`
  return `The sign-in through "${provider}" brought no access token: there is nothing to keep fresh.${wanted}`
}

function withoutRefresh(provider: string): string {
  return (
    `Tokens of "${provider}" can't be renewed: withTokenRefresh has no \`refresh\` for it. Pass one, ` +
    'restBackend({ baseURL }).refresh for example.'
  )
}
