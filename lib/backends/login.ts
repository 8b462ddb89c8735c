import type { User } from 'next-auth'
import { DURATION, FUNCTION, PATH, type Checks } from '../option-checks'
import type { RefreshTokens, RevokeTokens } from '../options'
import { isRecord } from '../record'
import { failureOf } from '../refresh/failure'
import { withTimeLimit } from '../refresh/time-limit'
import { withoutTokenFields, type TokenSet } from '../token-set'
import type { JSONAnswer } from './answer'
import type { BackendAddress, SendJSON } from './http'

/** What a backend is told that takes credentials. */
export interface LoginOptions extends BackendAddress {
  /** @default 'auth/login' */
  loginPath?: string
  /**
   * Makes the login's body from what the user typed.
   * @default the credentials, without the fields that next-auth adds to the form
   */
  loginBody?: (credentials: Record<string, string>) => unknown
  /**
   * Seconds that a login may take.
   * @default 10
   */
  timeout?: number
}

/** For backends to check these options with. */
export const LOGIN_CHECKS: Checks<LoginOptions> = {
  // Whoever sends to it looks closer.
  baseURL: [() => true, 'an http(s) URL'],
  headers: [isRecord, 'an object of strings'],
  loginPath: PATH,
  loginBody: FUNCTION,
  timeout: DURATION,
}

/** A backend that takes credentials and gives out tokens. */
export interface CredentialsBackend {
  /**
   * For `CredentialsProvider({ authorize })`: the user with their tokens, or `null` for wrong credentials.
   *
   * @throws {RefreshError} where the backend gives no usable answer; an `invalid_response` names what is missing
   */
  authorize: (credentials: Record<string, string> | undefined) => Promise<User | null>
  /** For `withTokenRefresh`. */
  refresh: RefreshTokens
  /** For `withTokenRefresh`. */
  revoke: RevokeTokens
}

/** Who has signed in, and what with. */
export interface SignedIn {
  user: User
  tokenSet: TokenSet
}

/** Fields of next-auth's own in the form that it hands to `authorize`. */
const FORM_FIELDS = ['csrfToken', 'callbackUrl', 'json', 'redirect']

/** Makes `authorize`; `read` finds the user and the tokens in the answer to a login that went well. */
export function createAuthorize(
  send: SendJSON,
  { loginPath = 'auth/login', loginBody = withoutFormFields, timeout = 10 }: LoginOptions,
  read: (answer: JSONAnswer, signal: AbortSignal) => SignedIn | Promise<SignedIn>,
): CredentialsBackend['authorize'] {
  return (credentials) =>
    withTimeLimit(timeout, async (signal) => {
      const answer = await send(loginPath, { method: 'POST', body: loginBody(credentials ?? {}), signal })
      if (!answer.ok) {
        if (areWrongCredentials(answer)) return null
        throw failureOf(answer)
      }
      const { user, tokenSet } = await read(answer, signal)
      // Users often come with fields named like tokens, a hash of the refresh token for example.
      return { ...withoutTokenFields(user), ...tokenSet }
    })
}

/** Backends refuse a login as they refuse a refresh, or by calling the form invalid. */
function areWrongCredentials(answer: JSONAnswer): boolean {
  return failureOf(answer).code === 'refused' || (answer.status === 422 && isRecord(answer.json))
}

function withoutFormFields(credentials: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(credentials).filter(([name]) => !FORM_FIELDS.includes(name)))
}
