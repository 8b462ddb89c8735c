import { backendsOf, type ProviderBackends } from './backends/by-provider'
import type { RefreshEventListener } from './events'
import { BOOLEAN, butNot, DURATION, FUNCTION, requireOptions, type Checks } from './option-checks'
import { isRecord } from './record'
import type { RefreshCoordinator } from './refresh/coordinator'
import { memoryCoordinator } from './refresh/memory'
import type { RefreshWindow } from './token-lifetime'
import type { RenewableTokenSet } from './token-set'

/** What a `refresh` or `revoke` is told besides the tokens. */
export interface RefreshContext {
  /** The id of the provider that signed the user in. */
  provider: string
  /** Aborts when the time for this attempt is over: hand it to `fetch` or axios. */
  signal: AbortSignal
}

/**
 * Renews one token set. Resolves with the backend's answer, in any spelling that the token-response parser takes.
 * Rejects with a `RefreshError` to say what went wrong; a rejection that carries a `response` with a `status` (axios,
 * ky) is classified by it; anything else counts as a passing fault.
 */
export type RefreshTokens = (tokenSet: RenewableTokenSet, context: RefreshContext) => Promise<unknown>

/** Ends one token set at the backend. A rejection is an event, and never keeps the user from signing out. */
export type RevokeTokens = (tokenSet: RenewableTokenSet, context: RefreshContext) => Promise<unknown>

/** One function for the users of all providers, or functions by provider id; providers without one get the default. */
export type ByProvider<F extends (...args: never[]) => unknown> = F | Readonly<Record<string, F>>

/** What `withTokenRefresh` takes besides the options of next-auth. Durations are seconds. */
export interface TokenRefreshOptions {
  /**
   * Renews one token set, with `restBackend(...).refresh` for example.
   * @default the refresh grant (RFC 6749 §6) at the OAuth provider that signed the user in
   */
  refresh?: ByProvider<RefreshTokens>
  /**
   * Ends a token set at the backend on sign-out.
   * @default the revocation (RFC 7009) at the OAuth provider that signed the user in, where it offers that; other tokens
   * live until they expire
   */
  revoke?: ByProvider<RevokeTokens>
  /**
   * Ids of the OAuth providers that may be asked without TLS in production, within a private network for example. Those on
   * this machine always may.
   * @default none
   */
  allowInsecure?: readonly string[]
  /**
   * Seconds before the access token's expiry from which it may be renewed, or a function from its lifetime in seconds
   * to that. At least a tenth of the lifetime stays outside the window.
   * @default a quarter of the lifetime, at most 1 h; at least 60 s where the lifetime allows it, never more than half of it
   */
  window?: RefreshWindow
  /**
   * Seconds that one attempt may take.
   * @default 10
   */
  timeout?: number
  /**
   * How many further attempts follow one that failed for a passing reason.
   * @default 2
   */
  retries?: number
  /**
   * Who makes a refresh happen once.
   * @default memoryCoordinator()
   */
  coordinator?: RefreshCoordinator
  /**
   * Seconds for which the successor of a spent refresh token is remembered.
   * @default until that successor's access token expires, at most 3600
   */
  retention?: number
  /**
   * Whether the browser sees `session.accessToken`.
   * @default true
   */
  exposeAccessToken?: boolean
  /**
   * Whether the session cookie keeps the provider's ID token, for `createFederatedSignOut`: about 1 kB more in each
   * request. No browser script sees it.
   * @default false
   */
  keepIdToken?: boolean
  /**
   * An observer; nothing it does can break anything.
   * @default none
   */
  onEvent?: RefreshEventListener
}

/** The options as the rest of the library takes them: checked, and with their defaults. */
export type ResolvedOptions = Required<
  Pick<TokenRefreshOptions, 'allowInsecure' | 'timeout' | 'retries' | 'coordinator' | 'exposeAccessToken' | 'keepIdToken'>
> &
  ProviderBackends & {
    window: RefreshWindow | undefined
    retention: number | undefined
    onEvent: RefreshEventListener | undefined
  }

const isFunction = (value: unknown) => typeof value === 'function'
const isByProvider = (value: unknown) => isFunction(value) || (isRecord(value) && Object.values(value).every(isFunction))
const isListOfNames = (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === 'string')
const isAtLeastZero = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0

const CHECKS: Checks<TokenRefreshOptions> = {
  refresh: [isByProvider, 'a function, or functions by provider id'],
  revoke: [isByProvider, 'a function, or functions by provider id'],
  allowInsecure: [isListOfNames, 'a list of provider ids'],
  window: [
    (value) => isFunction(value) || isAtLeastZero(value),
    'a number of seconds, 0 or more, or a function of the lifetime',
  ],
  timeout: DURATION,
  retries: [(value) => isAtLeastZero(value) && Number.isInteger(value), 'a whole number, 0 or more'],
  coordinator: [
    (value) => typeof value === 'object' && value !== null && 'once' in value,
    'a coordinator, such as memoryCoordinator()',
  ],
  retention: [isAtLeastZero, 'a number of seconds, 0 or more'],
  exposeAccessToken: BOOLEAN,
  keepIdToken: BOOLEAN,
  onEvent: FUNCTION,
}

/**
 * Checks the options of `withTokenRefresh` and fills in the defaults. An option that is `undefined` counts as not given.
 *
 * @param providers next-auth's, of which the defaults are made
 * @throws {TypeError} quoting the option that is unknown or can't be, and for an id that two providers share
 */
export function resolveOptions(options: TokenRefreshOptions = {}, providers: readonly object[] = []): ResolvedOptions {
  requireOptions('withTokenRefresh', options, CHECKS, butNot)
  return {
    ...backendsOf(providers, options),
    allowInsecure: options.allowInsecure ?? [],
    window: options.window,
    timeout: options.timeout ?? 10,
    retries: options.retries ?? 2,
    coordinator: options.coordinator ?? memoryCoordinator(),
    retention: options.retention,
    exposeAccessToken: options.exposeAccessToken ?? true,
    keepIdToken: options.keepIdToken ?? false,
    onEvent: options.onEvent,
  }
}
