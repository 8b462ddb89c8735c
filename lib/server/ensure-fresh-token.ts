import type { ServerResponse } from 'node:http'
import type { NextApiRequest, NextApiResponse } from 'next'
import { getServerSession, type NextAuthOptions, type Session } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { createLog } from '../log'
import { readClaims } from '../next-auth/claims'
import { internalsOf } from '../next-auth/internals'
import { withRejected } from '../next-auth/rejection'
import type { RefreshedSession } from '../session'
import { applyCookies, captureCookies, type RequestWithCookies } from './cookies'

/** A signed-in user's access token and session. */
export interface FreshToken {
  /** There even where `exposeAccessToken` hides it from the browser. Valid, unless the backend is away for too long. */
  accessToken: string
  /** Epoch milliseconds. */
  accessTokenExpiry: number
  /** What `getServerSession` gives, as the browser would get it: ready to be returned as a prop. */
  session: Session & RefreshedSession
}

/** What was read for a request, so that all who ask during it, with the same options, get the same. */
const reads = new WeakMap<RequestWithCookies, Reads>()
/** An app may have several sessions in one request, each with options and a cookie of its own. */
type Reads = WeakMap<NextAuthOptions, Promise<FreshToken | null>>

/**
 * The user's access token and session in `getServerSideProps` or an API route, refreshed first where that is due; the
 * new cookies are written to the response. `null` where nobody is signed in or the session is over, and then its
 * cookies are cleared. Call it before the response begins.
 *
 * @throws {TypeError} for options that `withTokenRefresh` has not made
 * @throws whatever `getServerSession` throws for a wrong configuration, such as a missing secret
 */
export async function ensureFreshToken(
  req: RequestWithCookies,
  res: ServerResponse,
  authOptions: NextAuthOptions,
): Promise<FreshToken | null> {
  // Without, the token would be read as it is in the cookie, however old.
  internalsOf(authOptions, 'ensureFreshToken')
  const earlier = reads.get(req)?.get(authOptions)
  if (earlier) {
    const token = await earlier
    // A request may last longer than a token does.
    if (token === null || isValid(token)) return token
    const later = reads.get(req)?.get(authOptions)
    if (later && later !== earlier) return later
  }
  return keep(req, authOptions, readSession(req, res, authOptions))
}

/** Renewals of tokens that were read for a request, so that all whom the backend rejected share one. */
const renewals = new WeakMap<FreshToken, Promise<FreshToken | null>>()

/**
 * What to try next when the backend has answered 401 to the access token `rejected`: the newer token where one is known,
 * else one renewed for that reason, at most once in 5 s for a session. The same token where there is no other, and then
 * the 401 stands. `null` where that renewal found the session to be over.
 *
 * @throws whatever `ensureFreshToken` throws
 */
export async function renewRejectedToken(
  req: RequestWithCookies,
  res: ServerResponse,
  authOptions: NextAuthOptions,
  rejected: string,
): Promise<FreshToken | null> {
  const current = await ensureFreshToken(req, res, authOptions)
  if (current?.accessToken !== rejected) return current
  const renewal = renewals.get(current) ?? keep(req, authOptions, readSession(req, res, authOptions, rejected))
  renewals.set(current, renewal)
  return renewal
}

/** Lets everyone who asks during this request from now on have this reading. */
function keep(
  req: RequestWithCookies,
  authOptions: NextAuthOptions,
  reading: Promise<FreshToken | null>,
): Promise<FreshToken | null> {
  const kept: Reads = reads.get(req) ?? new WeakMap()
  reads.set(req, kept.set(authOptions, reading))
  return reading
}

async function readSession(
  req: RequestWithCookies,
  res: ServerResponse,
  authOptions: NextAuthOptions,
  rejected?: string,
): Promise<FreshToken | null> {
  const { callbacks, jwt } = authOptions
  let token: JWT | undefined
  const encode = jwt?.encode
  const isOver = () => readClaims(token)?.over ?? false
  const capture = captureCookies()
  const watched: NextAuthOptions['callbacks'] = {
    ...callbacks,
    jwt(params) {
      const told = rejected === undefined ? params : withRejected(params, rejected)
      return callbacks?.jwt?.(told) ?? params.token
    },
    session(params) {
      token = params.token
      return callbacks?.session?.(params) ?? params.session
    },
  }
  const session: (Session & RefreshedSession) | null = await getServerSession(
    req as NextApiRequest,
    capture.response as NextApiResponse,
    {
      ...authOptions,
      callbacks: watched,
      jwt: {
        ...jwt,
        // next-auth writes an empty value as "delete the session cookies".
        ...(encode && { encode: async (params) => (isOver() ? '' : encode(params)) }),
      },
    },
  )
  if (!applyCookies(req, res, capture.headers())) {
    createLog(authOptions.logger).warn(
      'The session cookie could not be written: the response had begun. Call ensureFreshToken before sending anything.',
    )
  }
  const held = readClaims(token)
  if (!session || !held || held.over) return null
  const { accessToken, accessTokenExpiry } = held.tokenSet
  return { accessToken, accessTokenExpiry, session: asSent(session) }
}

/** next-auth leaves fields that are `undefined`, which Next refuses in props. */
function asSent<T extends object>(session: T): T {
  return JSON.parse(JSON.stringify(session)) as T
}

function isValid({ accessTokenExpiry }: FreshToken): boolean {
  return Date.now() < accessTokenExpiry
}
