import { RefreshError } from '../errors'
import { discover, forgetDiscovery, wellKnownURL, type ProviderMetadata } from './discovery'
import type { OAuthSettings } from './oauth-settings'
import { factsOf } from './provider-facts'
import { secureURL } from './secure-url'

export interface ServerOptions {
  /** The id of the provider's template: what it is called before the app's options rename it. */
  template: string
  /** Whether endpoints without TLS are fine in production, too. */
  allowInsecure: boolean
  /** Where tokens are revoked, for providers that don't announce it. */
  revocationEndpoint?: string | undefined
}

/** Entra's documents name the issuer of the tenant, or a pattern for it, whatever they were asked for. */
const MICROSOFT = /(^|\.)(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|b2clogin\.com|ciamlogin\.com)$/

/**
 * Where a provider is asked, as metadata (RFC 8414 §2): its discovery document where it has a `wellKnown`, as next-auth has
 * it, else the token endpoint that it states, else the document of its issuer.
 *
 * @throws {RefreshError} `configuration` where they can't be found from the settings, are no HTTPS in production, or the
 * document is of another issuer; `unavailable` and the like where the document can't be had
 */
export async function authorizationServer(settings: OAuthSettings, options: ServerOptions): Promise<ProviderMetadata> {
  const { wellKnown, issuer, tokenEndpoint } = settings
  const document = wellKnown ?? (tokenEndpoint === undefined ? issuer : undefined)
  if (document !== undefined) return withSecureEndpoints(await discovered(document, settings, options), options)
  if (tokenEndpoint === undefined) {
    throw new RefreshError(
      'configuration',
      'The provider has no `wellKnown`, no `issuer` and no `token` address to renew tokens at.',
    )
  }
  return withSecureEndpoints({ issuer: issuer ?? tokenEndpoint, token_endpoint: tokenEndpoint }, options)
}

async function discovered(document: string, settings: OAuthSettings, options: ServerOptions): Promise<ProviderMetadata> {
  const url = secureURL(wellKnownURL(document), 'discovery document', options.allowInsecure)
  const metadata = await discover(url, settings)
  const expected = [...issuersAt(url), settings.issuer]
  const isExempt = factsOf(options.template)?.hasIssuerOfItsOwn ?? MICROSOFT.test(url.hostname)
  if (isExempt || expected.some((issuer) => isSameIssuer(issuer, metadata.issuer))) return metadata
  forgetDiscovery(url)
  throw new RefreshError(
    'configuration',
    `The provider's discovery document names the issuer ${shown(metadata.issuer)}, not ${shown(expected[0])}: set the provider's ` +
      '`issuer` to the one it names, and `wellKnown` to where the document is.',
  )
}

/** The issuers whose document is here: below the issuer (OpenID Connect Discovery §4), or before its path (RFC 8414 §3.1). */
function issuersAt({ href }: URL): [below: string, before: string] {
  const [, issuer = href, path = ''] = /^(.*?)\/\.well-known\/[^/?]+([^?]*)/.exec(href) ?? []
  return [issuer, issuer + path]
}

/** Two issuers that differ in a last slash are one: apps leave it out where providers have it. */
function isSameIssuer(one: string | undefined, other: string): boolean {
  return one?.replace(/\/$/, '') === other.replace(/\/$/, '')
}

function withSecureEndpoints(metadata: ProviderMetadata, options: ServerOptions): ProviderMetadata {
  const token = secureURL(metadata.token_endpoint, 'token endpoint', options.allowInsecure)
  const { revocation_endpoint: announced, ...rest } = metadata
  const revocation = options.revocationEndpoint ?? announced ?? factsOf(options.template)?.revocation
  if (revocation === undefined) return rest
  const isAddress = URL.canParse(revocation, token.href)
  return { ...rest, revocation_endpoint: isAddress ? new URL(revocation, token).href : revocation }
}

/** As it may be shown: an address without what may be secret in it. */
function shown(issuer: string | undefined): string {
  const url = issuer !== undefined && URL.canParse(issuer) ? new URL(issuer) : undefined
  return url ? `${url.origin}${url.pathname}` : 'that it should'
}
