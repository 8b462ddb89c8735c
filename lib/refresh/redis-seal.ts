import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

const ID_INFO = 'next-auth-refresh redis id'
const ENCRYPTION_INFO = 'next-auth-refresh redis encryption'

/** The name in Redis of what is known under a key. It tells nothing about the key. */
export function idOf(key: string): string {
  return Buffer.from(derive(key, ID_INFO)).toString('base64url')
}

/** Encrypts a JSON value so that only those who have the key, a spent refresh token, can read it. */
export async function seal(key: string, value: unknown): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(derive(key, ENCRYPTION_INFO))
}

/** What was sealed under this key; `undefined` for anything else. */
export async function unseal(key: string, sealed: string): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(sealed, derive(key, ENCRYPTION_INFO), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return JSON.parse(Buffer.from(plaintext).toString())
  } catch {
    return undefined
  }
}

/** HKDF-SHA-256 (RFC 5869). Refresh tokens are random enough to do without a salt. */
function derive(key: string, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', info, 32))
}
