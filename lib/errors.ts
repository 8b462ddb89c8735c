import { isRecord } from './record'

const CODES = [
  'refused',
  'expired',
  'no_refresh_token',
  'unavailable',
  'timeout',
  'invalid_response',
  'configuration',
] as const

/**
 * Why a token could not be had:
 * - `refused`: the backend will never take this refresh token again; the session is over
 * - `expired`: the refresh token's own lifetime has passed, and the access token's; the session is over
 * - `no_refresh_token`: nothing to renew with; the session lives as long as its access token
 * - `unavailable`: no usable answer (network, 408, 429, 5xx, HTML where JSON should be); worth another try
 * - `timeout`: no answer in time; worth another try
 * - `invalid_response`: an answer that can't be read; the message names the field
 * - `configuration`: the backend refuses this client, not this user; someone has to mend the settings
 */
export type RefreshErrorCode = (typeof CODES)[number]

/** What a `RefreshError` may say besides its code and message. */
export interface RefreshErrorOptions {
  cause?: unknown
  /** Seconds the backend asked to be left alone for. */
  retryAfter?: number | undefined
}

/** A failure to get or renew tokens. Its message, like its cause, never holds a token. */
export class RefreshError extends Error {
  override readonly name = 'RefreshError'
  readonly code: RefreshErrorCode
  /** Seconds the backend asked to be left alone for (`Retry-After`). */
  readonly retryAfter: number | undefined

  constructor(code: RefreshErrorCode, message: string, options: RefreshErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryAfter = options.retryAfter
  }
}

/** Whether `error` is a `RefreshError`, also one from another copy of this module: bundlers make several. */
export function isRefreshError(error: unknown): error is RefreshError {
  if (!isRecord(error)) return false
  const { name, code, message } = error
  return name === 'RefreshError' && typeof message === 'string' && isRefreshErrorCode(code)
}

/** Whether this is one of the codes, as far as this version knows them. */
export function isRefreshErrorCode(value: unknown): value is RefreshErrorCode {
  return CODES.some((code) => code === value)
}

/** What a thrown value says, also an error of another realm (test runners, `vm`), which is no `instanceof Error`. */
export function messageOf(thrown: unknown): string {
  if (isRecord(thrown)) return typeof thrown['message'] === 'string' ? thrown['message'] : 'an error without a message'
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`
}
