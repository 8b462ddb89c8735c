import { LRUCache } from 'lru-cache'
import type { AuthorizationServer } from 'oauth4webapi'
import { RefreshError } from '../errors'
import { isRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { withTimeLimit } from '../refresh/time-limit'
import { ask, type JSONAnswer } from './answer'

/** A provider's metadata (RFC 8414 §2, OpenID Connect Discovery §3); these two fields have been checked. */
export type ProviderMetadata = AuthorizationServer & { token_endpoint: string }

interface Discoveries {
  documents: LRUCache<string, { metadata: ProviderMetadata; readAt: number }>
  flights: Map<string, Promise<ProviderMetadata>>
}

/** Bundlers give each route its own copy of this module; `globalThis` is the same in all of them. */
const DISCOVERIES = Symbol.for('next-auth-refresh.discoveries')
const MAX_DOCUMENTS = 100
const MAX_AGE_MS = 3_600_000
const TIMEOUT_S = 10

export interface DiscoveryOptions {
  /** Sent with the request. */
  headers: Record<string, string>
  send: typeof fetch
}

/**
 * The discovery document at this address: read once by all who ask at the same time, and kept for an hour. A failure is
 * kept by nobody.
 *
 * @throws {RefreshError} `unavailable` or `timeout` where it can't be had, `configuration` where there is none,
 * `invalid_response` naming the field that is missing
 */
export function discover(url: URL, options: DiscoveryOptions): Promise<ProviderMetadata> {
  const { documents, flights } = discoveries()
  const { href } = url
  const known = documents.get(href)
  const age = known ? Date.now() - known.readAt : Infinity
  if (known && age >= 0 && age < MAX_AGE_MS) return Promise.resolve(known.metadata)

  const underWay = flights.get(href)
  if (underWay) return underWay
  const flight = withTimeLimit(TIMEOUT_S, (signal) => read(href, options, signal))
    .then((metadata) => {
      documents.set(href, { metadata, readAt: Date.now() })
      return metadata
    })
    .finally(() => flights.delete(href))
  flights.set(href, flight)
  return flight
}

/** Reads the document anew the next time: what it says has turned out to be wrong. */
export function forgetDiscovery(url: URL): void {
  discoveries().documents.delete(url.href)
}

/** The address of the document of an issuer; one that is such an address already stays as it is. */
export function wellKnownURL(issuerOrDocument: string): string {
  if (!URL.canParse(issuerOrDocument)) return issuerOrDocument
  const url = new URL(issuerOrDocument)
  if (url.pathname.includes('/.well-known/')) return url.href
  url.pathname = `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`
  return url.href
}

async function read(href: string, { headers, send }: DiscoveryOptions, signal: AbortSignal): Promise<ProviderMetadata> {
  const init = { headers: { ...headers, accept: 'application/json' }, redirect: 'manual', cache: 'no-store', signal } as const
  const answer = await ask('provider', () => send(href, init))
  if (answer.status !== 200 || !isRecord(answer.json)) throw noDocument(answer)
  const { issuer, token_endpoint } = answer.json
  for (const [name, value] of Object.entries({ issuer, token_endpoint })) {
    if (typeof value === 'string') continue
    throw new RefreshError('invalid_response', `The provider's discovery document has no \`${name}\`.`)
  }
  return answer.json as unknown as ProviderMetadata
}

/** Whatever is wrong with the document, it says nothing about a refresh token. */
function noDocument(answer: JSONAnswer): RefreshError {
  const { status, contentType } = answer
  const { code, retryAfter } = failureOf(answer)
  const kind = contentType ? ` but ${contentType}` : ''
  const got = status === 200 ? `is no JSON${kind}` : `was answered with ${status}`
  if (code === 'configuration') {
    return new RefreshError('configuration', `The provider's discovery document ${got}: check \`wellKnown\` and \`issuer\`.`)
  }
  return new RefreshError('unavailable', `The provider's discovery document ${got}.`, { retryAfter })
}

function discoveries(): Discoveries {
  const holder = globalThis as { [DISCOVERIES]?: Discoveries }
  return (holder[DISCOVERIES] ??= { documents: new LRUCache({ max: MAX_DOCUMENTS }), flights: new Map() })
}
