import { isRefreshErrorCode } from '../errors'
import { isRecord } from '../record'
import type { IssuedTokenSet, Trouble } from './coordinator'

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
  if (!isRefreshErrorCode(code)) return undefined
  if (kind === 'refused') return isCount(generation) ? { kind, code, generation } : undefined
  return kind === 'postponed' && isInstant(until) && isCount(failures) ? { kind, code, until, failures } : undefined
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
