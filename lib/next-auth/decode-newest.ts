import { decode, type JWT, type JWTDecodeParams } from 'next-auth/jwt'

/** What next-auth's `encode` makes: a JWE (RFC 7516 §7.1) of `dir` and `A256GCM`, so without a key, and with a tag of 16 bytes. */
const JWE = /eyJ[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}/g

/**
 * next-auth's `decode`, which can also read what two responses have left. A long session cookie is cut into chunks; where
 * two responses with different numbers of them cross, the browser keeps some of both. next-auth joins all that it gets,
 * can't read that, and deletes the session. Here the newest of those that are whole is taken; writing it clears the rest.
 *
 * @throws what next-auth's does where none is whole
 */
export async function decodeNewest(params: JWTDecodeParams): Promise<JWT | null> {
  try {
    return await decode(params)
  } catch (error) {
    const whole = params.token?.match(JWE)?.filter((token) => token !== params.token) ?? []
    const read = await Promise.all(whole.map((token) => decode({ ...params, token }).catch(() => null)))
    const newest = read.reduce((one, other) => (expiryOf(other) > expiryOf(one) ? other : one), null)
    if (!newest) throw error
    return newest
  }
}

/** Of the cookie, in seconds: next-auth gives each the same time to live, so the one that was written last expires last. */
function expiryOf(token: JWT | null): number {
  return Number(token?.['exp'] ?? -1)
}
