import { clockTolerance, processRefreshTokenResponse, type AuthorizationServer, type Client } from 'oauth4webapi'
import type { UnknownRecord } from '../record'

/** As next-auth has it at sign-in, seconds. */
const CLOCK_TOLERANCE_S = 10

/**
 * The answer to a refresh, without its ID token where that fails its check (OpenID Connect Core §12.2). The refresh token is
 * spent by then, so the other tokens count whatever the ID token says.
 */
export async function withCheckedIdToken(
  server: AuthorizationServer,
  client: Client,
  answer: UnknownRecord,
): Promise<UnknownRecord> {
  const { id_token, ...tokens } = answer
  if (id_token === undefined) return answer
  try {
    const body = JSON.stringify({ access_token: 'not looked at', token_type: 'bearer', id_token })
    const response = new Response(body, { headers: { 'content-type': 'application/json' } })
    await processRefreshTokenResponse(server, { ...client, [clockTolerance]: CLOCK_TOLERANCE_S }, response)
    return answer
  } catch {
    return tokens
  }
}
