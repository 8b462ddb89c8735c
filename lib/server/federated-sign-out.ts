import type { NextApiRequest, NextApiResponse } from 'next'
import type { NextAuthOptions } from 'next-auth'
import { messageOf } from '../errors'
import type { HeldTokens } from '../held-tokens'
import { createLog } from '../log'
import { readClaims } from '../next-auth/claims'
import { internalsOf } from '../next-auth/internals'
import { requireKnown } from '../option-checks'
import { asRecord } from '../record'
import { redact, secretsOf } from '../refresh/failure'
import { withTimeLimit } from '../refresh/time-limit'
import { pathAt } from '../way-back'
import { askNextAuth } from './ask-next-auth'
import { applyCookies } from './cookies'
import { endSessionAt, endSessionURL, type EndSession } from './end-session'
import { sendProblem, type Problem } from './problem'
import { crossSiteProblem } from './proxy/admission'
import { newSignOut, pathAfter, signOutCookie } from './sign-out-state'

/** Whose sign-out it is, and where the user goes on to. */
export interface FederatedSignOutOptions {
  /** What `withTokenRefresh` returned. */
  authOptions: NextAuthOptions
  /**
   * Where the user goes on to, signed out: a path of this app as browsers see it. A `callbackUrl` in the request's body,
   * also such a path, goes before it.
   * @default '/'
   */
  postLogoutPath?: string
  /**
   * The path of this route as browsers see it, for apps whose `basePath` Next takes off requests.
   * @default the request's own
   */
  path?: string
  /**
   * The address to send the browser to, for providers with a sign-out of their own making; `undefined` for none.
   * @default the provider's `end_session_endpoint` with `id_token_hint` or `client_id`, `post_logout_redirect_uri` and `state`
   */
  endSessionURL?: (endSession: EndSession) => URL | string | undefined
}

/** Seconds that a sign-out waits for the provider's discovery document, besides what revocation takes. */
const PATIENCE_S = 3
const NAMES = ['authOptions', 'postLogoutPath', 'path', 'endSessionURL']

/**
 * An API route that signs out here and at the provider (OpenID Connect RP-Initiated Logout 1.0): `POST` ends the session
 * as next-auth's own sign-out does, then sends the browser to the provider, which sends it back to this route. Whatever
 * is wrong with the provider, the user is signed out here and goes on to `postLogoutPath`.
 *
 * A form's POST is answered with a redirect; one with `json: true` in its body with `{ url }`. It has to come from this
 * app: by `Sec-Fetch-Site`, `Origin`, or next-auth's `csrfToken` in the body. Others are answered with 403 and sign
 * nobody out, nor does any `GET`.
 *
 * @throws {TypeError} quoting the option that is unknown, missing or can't be
 */
export function createFederatedSignOut(
  options: FederatedSignOutOptions,
): (req: NextApiRequest, res: NextApiResponse) => Promise<void> {
  requireOptions(options)
  const { authOptions, postLogoutPath = '/', path, endSessionURL: addressOf = endSessionURL } = options
  const log = createLog(authOptions.logger)
  const { refresher, options: { allowInsecure } } = internalsOf(authOptions, 'createFederatedSignOut')

  /** Signs out here, and resolves with the tokens that the session had. Its renewals may have got further than its cookie. */
  async function signOutHere(req: NextApiRequest, res: NextApiResponse, csrfToken: string): Promise<HeldTokens | undefined> {
    let held: HeldTokens | undefined
    const events: NextAuthOptions['events'] = {
      ...authOptions.events,
      async signOut(message) {
        held = readClaims(message.token)
        if (held) held = (await refresher.newest(held).catch(() => undefined)) ?? held
        await authOptions.events?.signOut?.(message)
      },
    }
    const call = { method: 'POST', action: 'signout', body: { csrfToken } } as const
    const { cookies } = await askNextAuth(req, { ...authOptions, events }, call)
    applyCookies(req, res, cookies)
    return held
  }

  /** The address at the provider; `undefined` where there is nothing to be ended, or no knowing how. */
  async function addressAtProvider(
    { provider, tokenSet }: HeldTokens,
    returnTo: string,
    state: string,
  ): Promise<URL | undefined> {
    const { idToken } = tokenSet
    try {
      const found = await withTimeLimit(PATIENCE_S, () => endSessionAt(provider, authOptions, allowInsecure))
      if (!found) return undefined
      const address = addressOf({ ...found, idToken, returnTo, state })
      return address === undefined ? undefined : new URL(address)
    } catch (error) {
      log.warn(`Signed out here, but not at the provider "${provider}". ${redact(messageOf(error), secretsOf(tokenSet))}`)
      return undefined
    }
  }

  return async (req, res) => {
    res.setHeader('Cache-Control', 'no-store')
    const route = new URL(path ?? pathOf(req), originOf(req))
    if (req.method === 'GET' || req.method === 'HEAD') {
      const goesOn = pathAfter(req, route, new URL(req.url ?? '', route).searchParams.get('state'))
      if (goesOn !== undefined) applyCookies(req, res, [signOutCookie(route, undefined)])
      return redirect(res, goesOn ?? postLogoutPath)
    }
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'GET, HEAD, POST')
      return sendProblem(res, NOT_ALLOWED)
    }

    const body = asRecord(req.body)
    const { json, cookies } = await askNextAuth(req, authOptions, { method: 'GET', action: 'csrf' })
    const csrfToken = String(json['csrfToken'])
    const problem = foreignProblem(req)
    if (problem && body['csrfToken'] !== csrfToken) return sendProblem(res, problem)
    applyCookies(req, res, cookies)

    const held = await signOutHere(req, res, csrfToken)
    const goesOn = typeof body['callbackUrl'] === 'string' ? pathAt(body['callbackUrl'], route.origin) : undefined
    const underWay = newSignOut(goesOn ?? postLogoutPath)
    const address = held && (await addressAtProvider(held, route.href, underWay.state))
    if (address) applyCookies(req, res, [signOutCookie(route, underWay)])
    const url = address?.href ?? underWay.path
    if (body['json'] === true || body['json'] === 'true') return res.json({ url })
    redirect(res, url)
  }
}

/** Why a request may be another site's doing. Whoever doesn't say where a request comes from shows a CSRF token. */
function foreignProblem(req: NextApiRequest): Problem | undefined {
  const { origin, 'sec-fetch-site': site } = req.headers
  return origin === undefined && site === undefined ? UNKNOWN_SITE : crossSiteProblem(req)
}

/** As next-auth has it: `NEXTAUTH_URL`, else the address that the request was sent to. */
function originOf({ headers }: NextApiRequest): string {
  const stated = process.env['NEXTAUTH_URL']
  if (stated) return new URL(/^https?:/.test(stated) ? stated : `https://${stated}`).origin
  const protocol = headers['x-forwarded-proto'] ?? (process.env.NODE_ENV === 'production' ? 'https' : 'http')
  return new URL(`${String(protocol).split(',')[0]}://${String(headers['x-forwarded-host'] ?? headers.host)}`).origin
}

function pathOf({ url = '/' }: NextApiRequest): string {
  return new URL(url, HERE).pathname
}

/** Afterwards the browser shows another page: with GET, whatever method led here. */
function redirect(res: NextApiResponse, url: string): void {
  res.setHeader('Referrer-Policy', 'no-referrer')
  res.statusCode = 303
  res.setHeader('Location', url)
  res.end()
}

function requireOptions(options: FederatedSignOutOptions): void {
  requireKnown('createFederatedSignOut', options, NAMES)
  internalsOf(options.authOptions, 'createFederatedSignOut')
  const { endSessionURL: address } = options
  for (const name of ['postLogoutPath', 'path'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && (typeof value !== 'string' || pathAt(value, HERE) !== value)) {
      throw wrong(`\`${name}\` must be a path of this app that begins with '/', not ${JSON.stringify(value)}`)
    }
  }
  if (address !== undefined && typeof address !== 'function') throw wrong('`endSessionURL` must be a function')
}

function wrong(what: string): TypeError {
  return new TypeError(`createFederatedSignOut: ${what}`)
}

/** Stands for the origin while paths are taken apart. */
const HERE = 'http://here.invalid'
const NOT_ALLOWED: Problem = { status: 405, title: 'Method not allowed', detail: 'Send a POST to sign out.' }
const UNKNOWN_SITE: Problem = {
  status: 403,
  title: 'Unknown sender',
  detail: 'Only this app’s own pages may sign out: send `csrfToken` along.',
}
