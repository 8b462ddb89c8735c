import type { ServerResponse } from 'node:http'
import type { NextAuthOptions } from 'next-auth'
import { internalsOf } from '../next-auth/internals'
import { isRecord } from '../record'
import type { RequestWithCookies } from './cookies'
import { discardBody } from './discard-body'
import { ensureFreshToken, renewRejectedToken, type FreshToken } from './ensure-fresh-token'

type Outcome<T> = { value: T } | { error: unknown }

/**
 * What `run` makes of the user's access token, refreshed first where that is due. Where it ends in a 401, the token is
 * renewed, or the newer one taken, and `run` is tried once more. A 401 is a response with that status (fetch, axios), or
 * an error with it as its `status` or its response's.
 *
 * @returns `null` without a run where nobody is signed in or the session is over, and after a run where the renewal finds
 * that it is over
 * @throws {TypeError} for options that `withTokenRefresh` has not made
 * @throws what `run` throws, and what `ensureFreshToken` does
 */
export async function withFreshToken<T>(
  req: RequestWithCookies,
  res: ServerResponse,
  authOptions: NextAuthOptions,
  run: (fresh: FreshToken) => T,
): Promise<Awaited<T> | null> {
  internalsOf(authOptions, 'withFreshToken')
  const fresh = await ensureFreshToken(req, res, authOptions)
  if (!fresh) return null
  const first = await attempt(run, fresh)
  if (!isUnauthorized(first)) return settle(first)
  const other = await renewRejectedToken(req, res, authOptions, fresh.accessToken)
  if (other?.accessToken === fresh.accessToken) return settle(first)
  discardBody(bodyOf(first))
  return other && settle(await attempt(run, other))
}

async function attempt<T>(run: (fresh: FreshToken) => T, fresh: FreshToken): Promise<Outcome<Awaited<T>>> {
  try {
    return { value: await run(fresh) }
  } catch (error) {
    return { error }
  }
}

function settle<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  throw outcome.error
}

/** A response's body: `body` to fetch, `data` to axios, which throws what it comes in. */
function bodyOf(outcome: Outcome<unknown>): unknown {
  const response = 'value' in outcome ? outcome.value : isRecord(outcome.error) && outcome.error['response']
  return isRecord(response) ? (response['body'] ?? response['data']) : undefined
}

function isUnauthorized(outcome: Outcome<unknown>): boolean {
  if ('value' in outcome) return isRecord(outcome.value) && outcome.value['status'] === 401 && 'headers' in outcome.value
  const { error } = outcome
  if (!isRecord(error)) return false
  const { response } = error
  return error['status'] === 401 || (isRecord(response) && response['status'] === 401)
}
