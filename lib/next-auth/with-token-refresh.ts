import type { NextAuthOptions } from 'next-auth'
import { createEmitter } from '../events'
import { createLog } from '../log'
import { resolveOptions, type TokenRefreshOptions } from '../options'
import { createRefresher } from '../refresh/refresher'
import { createJwtCallback, createSessionCallback } from './callbacks'
import { readClaims, redacted, writeClaims } from './claims'
import { decodeNewest } from './decode-newest'
import { guardEncode } from './encode-guard'
import { withInternals } from './internals'

/**
 * Ordinary next-auth options whose sessions keep their access token fresh. The app's own callbacks, events and
 * `jwt.encode` still run, after ours, and see the fresh token.
 *
 * @param options none are needed where all users come through OAuth providers
 * @throws {TypeError} for an option that is unknown or can't be, for an id that two providers share, and for database sessions
 */
export function withTokenRefresh(authOptions: NextAuthOptions, options: TokenRefreshOptions = {}): NextAuthOptions {
  requireJwtSessions(authOptions)
  const resolved = resolveOptions(options, authOptions.providers)
  const { callbacks, events, jwt } = authOptions
  // next-auth calls them as methods, and some are written as such.
  const [appJwt, appSession, appEncode] = [callbacks?.jwt?.bind(callbacks), callbacks?.session?.bind(callbacks), jwt?.encode?.bind(jwt)]
  const log = createLog(authOptions.logger)
  const refresher = createRefresher(resolved, log)
  const encode = guardEncode(refresher, appEncode, createEmitter(resolved.onEvent), log)

  const made: NextAuthOptions = {
    ...authOptions,
    session: { ...authOptions.session, strategy: 'jwt' },
    jwt: { decode: decodeNewest, ...jwt, encode },
    callbacks: {
      ...callbacks,
      jwt: createJwtCallback(refresher, resolved, appJwt, log),
      session: createSessionCallback(refresher, resolved, appSession, log),
    },
    events: {
      ...events,
      async signOut(message) {
        const { token } = message
        const held = readClaims(token)
        const report = (error: unknown) => log.error(`The sign-out was not remembered: ${redacted(error, token)}.`)
        const newest = held && (await refresher.end(held).catch(report))
        // The cookie may be older than the session, and many apps tell their provider of the sign-out here.
        await events?.signOut?.(newest && newest !== held ? { ...message, token: writeClaims(token, newest) } : message)
      },
    },
  }
  return withInternals(made, { refresher, options: resolved })
}

/** Database sessions have no JWT for the tokens to live in. An adapter brings them unless told otherwise. */
function requireJwtSessions({ session, adapter }: NextAuthOptions): void {
  const strategy = session?.strategy ?? (adapter ? 'database' : 'jwt')
  if (strategy === 'jwt') return
  const because = session?.strategy ? '' : ', which next-auth takes when there is an `adapter`'
  throw new TypeError(
    `withTokenRefresh: \`session.strategy\` must be 'jwt', not '${strategy}'${because}: the tokens live in next-auth's JWT`,
  )
}
