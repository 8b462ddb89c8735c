import type { NextAuthOptions } from 'next-auth'
import { authorizationServer } from '../backends/authorization-server'
import { oauthSettings } from '../backends/oauth-settings'
import { identityOf } from '../backends/provider-identity'
import { secureURL } from '../backends/secure-url'

/** What a provider has to be told to end its own session and send the browser back. */
export interface EndSession {
  /** The id of the provider that signed the user in. */
  provider: string
  clientId: string
  /** Where the provider says that it ends sessions (`end_session_endpoint`), if it says so. */
  endpoint: string | undefined
  /** There with `keepIdToken`. */
  idToken: string | undefined
  /** The address of the federated sign-out's own route: to be registered as `post_logout_redirect_uri`. */
  returnTo: string
  /** Comes back with the browser. */
  state: string
}

/** An ID token this long may make an address longer than servers take; the client's id serves as well then. */
const MAX_HINT = 4_096

/** The address that ends the provider's session (OpenID Connect RP-Initiated Logout 1.0 §2). */
export function endSessionURL({ endpoint, clientId, idToken, returnTo, state }: EndSession): URL | undefined {
  if (endpoint === undefined) return undefined
  const url = new URL(endpoint)
  if (idToken !== undefined && idToken.length <= MAX_HINT) url.searchParams.set('id_token_hint', idToken)
  else url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', returnTo)
  url.searchParams.set('state', state)
  return url
}

/**
 * How the app's provider of this id ends sessions; `undefined` where it is none of OAuth. A session from before this
 * library was installed names no provider: where there is one alone, it is that.
 *
 * @param allowInsecure ids of providers whose addresses may be without TLS in production
 * @throws {RefreshError} where its metadata can't be had, or what it states is no HTTPS in production
 */
export async function endSessionAt(
  id: string,
  { providers }: NextAuthOptions,
  allowInsecure: readonly string[],
): Promise<Pick<EndSession, 'provider' | 'clientId' | 'endpoint'> | undefined> {
  const provider = id === '' && providers.length === 1 ? providers[0] : providers.find((each) => identityOf(each).id === id)
  if (!provider) return undefined
  const identity = identityOf(provider)
  if (!identity.isOAuth) return undefined
  const settings = oauthSettings(provider)
  const isAllowed = allowInsecure.includes(identity.id)
  const server = await authorizationServer(settings, { template: identity.template, allowInsecure: isAllowed })
  const stated = server['end_session_endpoint']
  const endpoint = typeof stated === 'string' ? secureURL(stated, 'end session endpoint', isAllowed).href : undefined
  return { provider: identity.id, clientId: settings.clientId, endpoint }
}
