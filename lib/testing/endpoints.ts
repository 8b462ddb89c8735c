import type { AccessTokenFlaw, createAccessTokens } from './access-tokens'
import type { TokenBackendCounters } from './counters'
import type { createFamilies, Grant, Refusal } from './families'
import type { TokenBackendSettings } from './options'
import { type BackendPath, type BackendRequest, bearerToken, parseFields } from './request'
import { type BackendResponse, failure, json, noContent } from './response'
import { type BackendProfile, profileOf } from './users'

/** What login and refresh answer, as JSON; instants are epoch milliseconds. */
export interface BackendTokenSet {
  accessToken: string
  accessTokenExpiry: number
  refreshToken: string
  refreshTokenExpiry: number
  user: BackendProfile
}

type Endpoint = (request: BackendRequest) => Promise<BackendResponse>

const REFUSALS: Record<Refusal, string> = {
  unknown: 'The refresh token is unknown',
  reused: 'The refresh token was used before: its family is revoked',
  revoked: 'The refresh token has been revoked',
  expired: 'The refresh token has expired',
}

const FLAWS: Record<AccessTokenFlaw, string> = {
  expired: 'The access token has expired',
  revoked: 'The access token has been revoked',
  invalid: 'The access token is invalid',
}

/** The work of each endpoint; it counts outcomes, while arrivals are counted by whoever lets the requests in. */
export function createEndpoints(
  settings: TokenBackendSettings,
  families: ReturnType<typeof createFamilies<Promise<BackendTokenSet>>>,
  counters: TokenBackendCounters,
  accessTokens: ReturnType<typeof createAccessTokens>,
): Record<BackendPath, Endpoint> {
  const { users, now } = settings

  async function tokenSet(grant: Grant, at: number): Promise<BackendTokenSet> {
    const { user, refreshToken, refreshTokenExpiry } = grant
    return { ...(await accessTokens.issue(grant, at)), refreshToken, refreshTokenExpiry, user: profileOf(user) }
  }

  const login: Endpoint = async ({ body }) => {
    const input = parseFields(body, 'email', 'password')
    if ('problem' in input) return failure(400, 'invalid_request', input.problem)
    const { email, password } = input.fields
    const user = users.find((known) => known.email === email && known.password === password)
    if (!user) return failure(401, 'invalid_credentials', 'The email or the password is wrong')
    const at = now()
    return json(200, await tokenSet(families.open(user, at), at))
  }

  const refresh: Endpoint = async ({ body }) => {
    const input = parseFields(body, 'token')
    if ('problem' in input) return failure(400, 'invalid_request', input.problem)
    const at = now()
    const redemption = families.redeem(input.fields.token, at, (grant) => tokenSet(grant, at))
    counters[redemption.outcome] += 1
    if (redemption.outcome !== 'refused') return json(200, await redemption.answer)
    if (redemption.reason === 'reused') counters.reuses += 1
    return failure(401, 'invalid_grant', REFUSALS[redemption.reason])
  }

  const logout: Endpoint = async ({ body }) => {
    const input = parseFields(body, 'token')
    if ('problem' in input) return failure(400, 'invalid_request', input.problem)
    families.end(input.fields.token)
    return noContent()
  }

  const me: Endpoint = async ({ headers }) => {
    const token = bearerToken(headers)
    if (token === undefined) return unauthorized('A bearer token is required', 'Bearer')
    const verdict = await accessTokens.verify(token, now())
    if ('flaw' in verdict) return unauthorized(FLAWS[verdict.flaw])
    const user = users.find(({ id }) => id === verdict.userId)
    return user ? json(200, profileOf(user)) : unauthorized('The user of the access token is unknown')
  }

  function unauthorized(message: string, challenge = 'Bearer error="invalid_token"'): BackendResponse {
    counters.unauthorized += 1
    return failure(401, 'invalid_token', message, { 'WWW-Authenticate': challenge })
  }

  return { login, refresh, logout, me }
}
