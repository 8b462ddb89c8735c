import { RefreshError } from '../errors'
import type { UnknownRecord } from '../record'

/** A client's private key, ready to sign with, and the algorithm that it signs with by its registered name (RFC 7518 §3.1). */
export interface SigningKey {
  key: CryptoKey
  kid: string | undefined
  alg: string
}

const HASHES: Record<string, string> = { '256': 'SHA-256', '384': 'SHA-384', '512': 'SHA-512' }
const CURVES: Record<string, string> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }

/**
 * Picks the private key, and the algorithm: the one wanted, else the first that the provider supports and a key fits, else
 * the usual one of the first key.
 *
 * @param supported what the provider announces
 * @throws {RefreshError} `configuration` where no key fits, or the one that does can't be read
 */
export async function signingKey(keys: readonly UnknownRecord[], wanted: unknown, supported: unknown): Promise<SigningKey> {
  const announced: unknown[] = Array.isArray(supported) ? supported : []
  const candidates = keys.filter(({ d, use }) => typeof d === 'string' && (use === undefined || use === 'sig'))
  const usual = candidates.map(usualAlgorithm)
  const algorithms = wanted === undefined ? [...announced, ...usual] : [wanted]
  for (const alg of algorithms) {
    const jwk = typeof alg === 'string' ? candidates.find((key) => fits(key, alg)) : undefined
    if (jwk) return { key: await imported(jwk, alg as string), kid: jwk['kid'] as string | undefined, alg: alg as string }
  }
  const purpose = typeof wanted === 'string' ? ` with ${wanted}` : ''
  throw new RefreshError('configuration', `The provider's \`jwks\` hold no private key to sign${purpose}.`)
}

function usualAlgorithm({ alg, kty, crv }: UnknownRecord): unknown {
  if (alg !== undefined) return alg
  if (kty === 'RSA') return 'RS256'
  return kty === 'EC' ? CURVES[String(crv)] : 'EdDSA'
}

function fits(key: UnknownRecord, alg: string): boolean {
  if (key['alg'] !== undefined && key['alg'] !== alg) return false
  const { kty, crv } = key
  if (/^[RP]S(256|384|512)$/.test(alg)) return kty === 'RSA'
  if (/^ES(256|384|512)$/.test(alg)) return kty === 'EC' && CURVES[String(crv)] === alg
  return (alg === 'EdDSA' || alg === 'Ed25519') && kty === 'OKP' && crv === 'Ed25519'
}

async function imported({ alg: _, use: __, key_ops: ___, ...jwk }: UnknownRecord, alg: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('jwk', jwk, algorithm(jwk, alg), false, ['sign'])
  } catch (cause) {
    throw new RefreshError('configuration', "A private key in the provider's `jwks` can't be read.", { cause })
  }
}

function algorithm({ crv }: UnknownRecord, alg: string): RsaHashedImportParams | EcKeyImportParams | { name: string } {
  const hash = HASHES[alg.slice(2)] ?? ''
  if (alg.startsWith('RS')) return { name: 'RSASSA-PKCS1-v1_5', hash }
  if (alg.startsWith('PS')) return { name: 'RSA-PSS', hash }
  return alg.startsWith('ES') ? { name: 'ECDSA', namedCurve: String(crv) } : { name: 'Ed25519' }
}
