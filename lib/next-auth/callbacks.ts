import type { Awaitable, CallbacksOptions, Session } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { lifeOf, nameOf } from '../held-tokens'
import type { Log } from '../log'
import type { ResolvedOptions } from '../options'
import { isRecord, type UnknownRecord } from '../record'
import type { Refresher } from '../refresh/refresher'
import { phaseOf } from '../token-lifetime'
import { SESSION_OVER, type RefreshedSession, type SessionTokenRefresh } from '../session'
import { onlyClaims, readClaims, redacted, withoutClaims, writeClaims } from './claims'
import { rejectionIn, type IsRejected } from './rejection'
import { isRoles, signedInToken } from './sign-in'

type JwtCallback = CallbacksOptions['jwt']
type SessionCallback = CallbacksOptions['session']
type Part<F extends (...args: never[]) => unknown> = F | undefined

/**
 * The `jwt` callback: keeps the tokens fresh, then runs the app's own. It never throws and never returns nothing once
 * the user is signed in, since next-auth deletes the cookie then. At sign-in the app's own may still throw to refuse.
 */
export function createJwtCallback(
  refresher: Refresher,
  options: Pick<ResolvedOptions, 'keepIdToken' | 'adviceOn'>,
  app: Part<JwtCallback>,
  log: Log,
): JwtCallback {
  async function refreshed(token: JWT, isRejected: IsRejected | undefined): Promise<JWT> {
    try {
      const held = readClaims(token)
      if (!held) return token
      const { tokens, over } = await refresher.bringUpToDate(held, isRejected)
      return tokens === held && over === held.over ? token : writeClaims(token, { ...tokens, over })
    } catch (error) {
      log.error(`The tokens could not be brought up to date: ${redacted(error, token)}.`)
      return token
    }
  }

  return async (params) => {
    const token: JWT = isRecord(params.token) ? params.token : {}
    const isSignIn = Boolean(params.account ?? params.user)
    const ours = isSignIn ? signedInToken(token, params, options, log) : await refreshed(token, rejectionIn(params))
    if (!app) return ours
    const seen = { ...withoutOurs(params), token: ours }
    const theirs = isSignIn ? ((await app(seen)) ?? ours) : await guarded('jwt', () => app(seen), ours, ours, log)
    return withKeptClaims(theirs, ours, log)
  }
}

/**
 * What the app's callback gave. A token that holds our access token without `tokenRefresh` was made anew of the claims that
 * the app knows, as many tutorials do, and gets ours back: without them nobody knows which session it is, nor whom to ask.
 */
function withKeptClaims(theirs: JWT, ours: JWT, log: Log): JWT {
  if (theirs === ours || !readClaims(ours)) return theirs
  const isMadeAnew = theirs['tokenRefresh'] === undefined && theirs['accessToken'] === ours['accessToken']
  const kept = isMadeAnew ? { ...theirs, ...onlyClaims(ours) } : theirs
  if (!readClaims(kept)) {
    log.warnOnce(
      'The app\'s `jwt` callback gave back a token without `accessToken` or `accessTokenExpiry`: nothing of it can be ' +
        'kept fresh. Return what it was given, with fields of your own: `{ ...token, mine }`.',
    )
  }
  return kept
}

/**
 * What the app's callback gets to see of an update: what `update()` sends is the browser's word, and apps spread it over
 * the token, whole or its `user`, so neither may name any of ours, nor the roles that pages and routes ask for. One that
 * asks for nothing but a renewal is no update of the app's.
 */
function withoutOurs(params: Parameters<JwtCallback>[0]): Parameters<JwtCallback>[0] {
  const update: unknown = params.session
  if (!isRecord(update)) return params
  const { user, ...others } = nothingOfOurs(update)
  const theirs = { ...others, ...(user !== undefined && { user: isRecord(user) ? nothingOfOurs(user) : user }) }
  if (Object.keys(theirs).length > 0 || !('tokenRefresh' in update)) return { ...params, session: theirs }
  const alone = { ...params }
  delete alone.trigger
  delete alone.session
  return alone
}

function nothingOfOurs(source: UnknownRecord): UnknownRecord {
  const { roles: _, ...theirs } = withoutClaims(source)
  return theirs
}

/** The `session` callback: tells the browser what it needs to stay in time, then runs the app's own. */
export function createSessionCallback(
  refresher: Refresher,
  options: ResolvedOptions,
  app: Part<SessionCallback>,
  log: Log,
): SessionCallback {
  async function describe(token: JWT): Promise<RefreshedSession> {
    const held = readClaims(token)
    if (!held) return {}
    const { accessToken, obtainedAt, generation } = held.tokenSet
    const { opensAt, expiresAt } = lifeOf(held, options.window)
    const tokenRefresh: SessionTokenRefresh = { session: nameOf(held), opensAt, serverTime: Date.now(), generation }
    if (obtainedAt !== undefined) tokenRefresh.obtainedAt = obtainedAt
    if (held.over) return { tokenRefresh, error: SESSION_OVER }
    if (phaseOf({ opensAt, expiresAt }, tokenRefresh.serverTime) !== 'fresh') {
      const retryAt = await refresher.retryAt(held)
      if (retryAt !== undefined) tokenRefresh.retryAt = retryAt
    }
    const described: RefreshedSession = { accessTokenExpiry: expiresAt, tokenRefresh }
    if (options.exposeAccessToken) described.accessToken = accessToken
    return described
  }

  return async (params) => {
    const { token } = params
    const described = await describe(token).catch((error: unknown): RefreshedSession => {
      log.error(`The session could not be described: ${redacted(error, token)}.`)
      return {}
    })
    // A spread that is followed by further fields costs twenty times as much in V8, and this runs in each session call.
    const ours: Session = Object.assign({}, params.session, described, rolesOf(params.session, token))
    if (!app) return ours
    return guarded('session', () => app({ ...params, session: ours }), ours, token, log)
  }
}

function rolesOf(session: Session, token: JWT): { user?: object } {
  const roles: unknown = token['roles']
  return isRoles(roles) ? { user: { ...session.user, roles } } : {}
}

/** What the app's callback gives, or `ours` where it fails or gives no object: next-auth would end the session. */
async function guarded<T extends object>(
  name: string,
  run: () => Awaitable<object>,
  ours: T,
  token: JWT,
  log: Log,
): Promise<T> {
  try {
    const theirs: unknown = await run()
    if (isRecord(theirs)) return theirs as T
    log.warnOnce(`The app's \`${name}\` callback returned no object; what it was given is used instead.`)
  } catch (error) {
    log.error(`The app's \`${name}\` callback failed, and what it was given is used instead: ${redacted(error, token)}.`)
  }
  return ours
}
