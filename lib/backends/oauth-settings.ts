import { asRecord, isRecord, type UnknownRecord } from '../record'
import { fetchWith } from './http-options'
import { mergedProvider } from './merged-provider'

/** What of a provider's settings the refresh grant and the revocation need. */
export interface OAuthSettings {
  id: string
  /** Where its discovery document is; it beats the endpoints below. */
  wellKnown: string | undefined
  issuer: string | undefined
  tokenEndpoint: string | undefined
  /** Sent along with each request to the token endpoint. */
  tokenParams: Record<string, string>
  clientId: string
  clientSecret: string | undefined
  /** Further client metadata by its registered names (RFC 7591 §2), as next-auth takes them. */
  client: UnknownRecord
  /** The client's private keys, as JWKs. */
  keys: UnknownRecord[]
  /** Sent with every request; who the client is says another. */
  headers: Record<string, string>
  /** Milliseconds that one request may take. */
  requestTimeout: number | undefined
  /** Sends requests in the way that `httpOptions` want. */
  send: typeof fetch
}

/**
 * Reads them from a provider and the app's options for it, merged as next-auth merges them.
 *
 * @throws {TypeError} for an endpoint that is no URL, and without a client id
 */
export function oauthSettings(provider: object): OAuthSettings {
  const merged = mergedProvider(provider)
  const token = asRecord(merged['token'])
  const client = asRecord(merged['client'])
  const { headers, timeout } = asRecord(merged['httpOptions'])
  const clientId = asText(client['client_id']) ?? asText(merged['clientId'])
  if (clientId === undefined) throw new TypeError('the provider has no `clientId`')
  return {
    id: asText(merged['id']) ?? '',
    wellKnown: asText(merged['wellKnown']),
    issuer: asText(merged['issuer']),
    tokenEndpoint: asText(token['url']),
    tokenParams: asFields(token['params']),
    clientId,
    clientSecret: asText(client['client_secret']) ?? asText(merged['clientSecret']),
    client,
    keys: asKeys(merged['jwks']),
    headers: withoutAuthorization(asFields(headers)),
    requestTimeout: typeof timeout === 'number' && timeout > 0 ? timeout : undefined,
    send: fetchWith(provider),
  }
}

/** Fields of a form or a header: whatever is there, as a string. */
function asFields(value: unknown): Record<string, string> {
  const fields = Object.entries(asRecord(value)).filter(([, field]) => field !== undefined && field !== null)
  return Object.fromEntries(fields.map(([name, field]) => [name, typeof field === 'string' ? field : JSON.stringify(field)]))
}

function withoutAuthorization(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'))
}

function asKeys(jwks: unknown): UnknownRecord[] {
  const { keys } = asRecord(jwks)
  return Array.isArray(keys) ? keys.filter(isRecord) : []
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
