import { encode as defaultEncode, type JWTOptions } from 'next-auth/jwt'
import type { RefreshEvent } from '../events'
import { nameOf } from '../held-tokens'
import type { Log } from '../log'
import type { Refresher } from '../refresh/refresher'
import { readClaims, redacted, writeClaims } from './claims'
import { createCookieBudget } from './cookie-budget'

/** next-auth writes `''` as "delete the session cookie". */
const NO_COOKIE = ''

/**
 * The last look before the cookie is written. next-auth writes it on every session request, so a slow one would bring
 * back tokens that another has replaced meanwhile, or a session that the user has ended.
 */
export function guardEncode(
  refresher: Refresher,
  app: JWTOptions['encode'] | undefined,
  emit: (event: RefreshEvent) => void,
  log: Log,
): JWTOptions['encode'] {
  const encode = app ?? defaultEncode
  const checkSize = createCookieBudget(emit, log)
  return async (params) => {
    // With a salt, it is next-auth's state, nonce or PKCE cookie and no session.
    const held = params.salt ? undefined : readClaims(params.token)
    if (!held || !params.token) return encode(params)
    let [token, written] = [params.token, params]
    try {
      const newest = await refresher.newest(held)
      if (!newest) return NO_COOKIE
      if (newest !== held) {
        token = writeClaims(token, newest)
        written = { ...params, token }
      }
      const cookie = await encode(written)
      checkSize(nameOf(held), cookie, token)
      return cookie
    } catch (error) {
      log.error(`The session cookie could not be checked before it was written: ${redacted(error, params.token, token)}.`)
      return encode(written)
    }
  }
}
