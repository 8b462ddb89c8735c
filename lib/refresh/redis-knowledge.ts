import type { RefreshErrorCode } from '../errors'
import { isRecord } from '../record'
import type { IssuedTokenSet, Trouble } from './coordinator'

const CODES: Record<RefreshErrorCode, true> = {
  refused: true,
  expired: true,
  no_refresh_token: true,
  unavailable: true,
  timeout: true,
  invalid_response: true,
  configuration: true,
}

/** A successor that was read back, `undefined` where it is none. */
export function parseSuccessor(value: unknown): IssuedTokenSet | undefined {
  if (!isRecord(value)) return undefined
  const { accessToken, accessTokenExpiry, refreshToken, refreshTokenExpiry, idToken, obtainedAt, generation } = value
  if (!isText(accessToken) || !isInstant(accessTokenExpiry)) return undefined
  if (!isInstant(obtainedAt) || !isCount(generation)) return undefined
  return {
    accessToken,
    accessTokenExpiry,
    ...(isText(refreshToken) && { refreshToken }),
    ...(isInstant(refreshTokenExpiry) && { refreshTokenExpiry }),
    ...(isText(idToken) && { idToken }),
    obtainedAt,
    generation,
  }
}

/** A trouble that was read back, `undefined` where it is none. */
export function parseTrouble(value: unknown): Trouble | undefined {
  if (!isRecord(value)) return undefined
  const { kind, code, generation, until, failures } = value
  if (!isCode(code)) return undefined
  if (kind === 'refused') return isCount(generation) ? { kind, code, generation } : undefined
  return kind === 'postponed' && isInstant(until) && isCount(failures) ? { kind, code, until, failures } : undefined
}

function isCode(value: unknown): value is RefreshErrorCode {
  return typeof value === 'string' && Object.hasOwn(CODES, value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isInstant(value: unknown): value is number {
  return Number.isFinite(value)
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0
}
