/*! Built with oauth4webapi, MIT License, Copyright (c) 2022 Filip Skokan, https://github.com/panva/oauth4webapi */
import * as oauth from 'oauth4webapi'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { messageOf, RefreshError } from '../errors'
import { BOOLEAN, FUNCTION, requireOptions, type Checks } from '../option-checks'
import type { RefreshTokens, RevokeTokens } from '../options'
import { isRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { ask } from './answer'
import { authorizationServer } from './authorization-server'
import { clientAuthentication } from './client-authentication'
import { grantFailureOf, isFailedAnswer } from './grant-failure'
import { withCheckedIdToken } from './id-token'
import { oauthSettings, type OAuthSettings } from './oauth-settings'
import { isRefusalOf } from './provider-facts'
import { identityOf } from './provider-identity'
import { secureURL } from './secure-url'

/** What the provider's own settings in next-auth have no word for. */
export interface OAuthBackendOptions {
  /**
   * Sent along with each refresh, besides the `token.params` of the provider.
   * @default none
   */
  params?: Record<string, string>
  /**
   * Where tokens are revoked (RFC 7009).
   * @default what the provider announces; nothing is revoked where it announces nothing
   */
  revocationEndpoint?: string
  /**
   * Whether endpoints without TLS are fine in production, too. Those on this machine always are.
   * @default false
   */
  allowInsecure?: boolean
  /**
   * Whether a failed answer to a refresh says that the refresh token is dead, for providers that have other words for it
   * than `invalid_grant`. The session ends then.
   * @default none
   */
  isRefusal?: (answer: { status: number; json: unknown }) => boolean
  /**
   * Sends the requests, through a proxy for example. Redirects must not be followed.
   * @default fetch, or Node's own client where the provider's `httpOptions` have an agent or certificates
   */
  fetch?: typeof fetch
}

/** What `oauthBackend` makes: two functions for `withTokenRefresh`. */
export interface OAuthBackend {
  /** For `withTokenRefresh`: the refresh grant (RFC 6749 §6). */
  refresh: RefreshTokens
  /** For `withTokenRefresh`: the revocation of the refresh token (RFC 7009), where the provider offers it. */
  revoke: RevokeTokens
}

/**
 * An OAuth 2 or OpenID provider of next-auth, asked as its own settings say. `withTokenRefresh` makes one by itself for each
 * provider; making one by hand is for those that want an option. What is wrong with the provider's settings comes to light
 * when tokens are renewed, as a `RefreshError` with the code `configuration`: at build time they may be missing.
 *
 * @throws {TypeError} for a provider of another kind, and for an option that is unknown or can't be
 */
export function oauthBackend<P>(provider: OAuthConfig<P>, options: OAuthBackendOptions = {}): OAuthBackend {
  const { template, isOAuth } = identityOf(provider)
  if (!isOAuth) throw new TypeError(`oauthBackend: \`provider\` must be an OAuth 2 provider of next-auth, not ${template}`)
  requireOptions('oauthBackend', options, CHECKS)
  const { params, revocationEndpoint, allowInsecure = false, isRefusal } = options
  let known: OAuthSettings | undefined

  async function connect(endpoint: 'token' | 'revocation', signal: AbortSignal) {
    const settings = (known ??= readSettings(provider, options))
    const { clientId, client, headers, requestTimeout, send } = settings
    const server = await authorizationServer(settings, { template, allowInsecure, revocationEndpoint })
    const alg = client['id_token_signed_response_alg']
    return {
      server,
      client: { client_id: clientId, ...(typeof alg === 'string' && { id_token_signed_response_alg: alg }) },
      authentication: await clientAuthentication(settings, server, endpoint),
      additionalParameters: endpoint === 'token' ? { ...settings.tokenParams, ...params } : { token_type_hint: 'refresh_token' },
      request: {
        // Whether an endpoint has to be HTTPS has been decided when it was found.
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: (url: string, init: object) => send(url, { cache: 'no-store', ...init }),
        headers,
        signal: requestTimeout === undefined ? signal : eitherOf(signal, AbortSignal.timeout(requestTimeout)),
      },
    }
  }

  return {
    async refresh({ refreshToken }, { signal }) {
      const { server, client, authentication, additionalParameters, request } = await connect('token', signal)
      const answer = await ask('provider', () =>
        oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, { ...request, additionalParameters }),
      )
      const { status, json, contentType } = answer
      if (isFailedAnswer(answer)) {
        throw grantFailureOf(answer, isRefusalOf(template, json) || (isRefusal?.({ status, json }) ?? false))
      }
      if (isRecord(json)) return withCheckedIdToken(server, client, json)
      throw new RefreshError('unavailable', `The provider's answer is no JSON${contentType ? ` but ${contentType}` : ''}.`)
    },
    async revoke({ refreshToken }, { signal }) {
      const { server, client, authentication, additionalParameters, request } = await connect('revocation', signal)
      if (server.revocation_endpoint === undefined) return
      secureURL(server.revocation_endpoint, 'revocation endpoint', allowInsecure)
      const answer = await ask('provider', () =>
        oauth.revocationRequest(server, client, authentication, refreshToken, { ...request, additionalParameters }),
      )
      if (!answer.ok) throw failureOf(answer)
    },
  }
}

/** The settings as they are when they are first needed: at build time some may be missing. */
function readSettings(provider: object, { fetch: send }: OAuthBackendOptions): OAuthSettings {
  try {
    return { ...oauthSettings(provider), ...(send && { send }) }
  } catch (cause) {
    throw new RefreshError('configuration', `The provider's settings can't be used: ${messageOf(cause)}.`)
  }
}

function eitherOf(one: AbortSignal, other: AbortSignal): AbortSignal {
  // The first releases of Node 20 can't join signals; the attempt as a whole is bounded anyway.
  return 'any' in AbortSignal ? AbortSignal.any([one, other]) : one
}

const isText = (value: unknown) => typeof value === 'string'

const CHECKS: Checks<OAuthBackendOptions> = {
  params: [(value) => isRecord(value) && Object.values(value).every(isText), 'an object of strings'],
  revocationEndpoint: [(value) => typeof value === 'string' && URL.canParse(value), 'a URL'],
  allowInsecure: BOOLEAN,
  isRefusal: FUNCTION,
  fetch: FUNCTION,
}
