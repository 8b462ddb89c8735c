import { isRecord } from '../record'
import type { HeldTokens } from '../held-tokens'

/** Whether these tokens hold an access token that the backend has answered 401 to, before its time. */
export type IsRejected = (tokens: HeldTokens) => boolean

const REJECTED = Symbol.for('next-auth-refresh.rejected')

/** The parameters of the `jwt` callback, and which access token the backend rejected: next-auth has no field for that. */
export function withRejected<P extends object>(params: P, accessToken: string): P {
  return { ...params, [REJECTED]: accessToken }
}

/**
 * What the caller of the `jwt` callback says was rejected: on the server an access token, in a browser (through
 * `update()`, so this is the browser's word) the generation of one.
 */
export function rejectionIn(params: object): IsRejected | undefined {
  const accessToken = (params as { [REJECTED]?: unknown })[REJECTED]
  if (typeof accessToken === 'string') return ({ tokenSet }) => tokenSet.accessToken === accessToken
  const { session } = params as { session?: unknown }
  if (!isRecord(session) || !isRecord(session['tokenRefresh'])) return undefined
  const { renew } = session['tokenRefresh']
  return typeof renew === 'number' ? ({ tokenSet }) => tokenSet.generation <= renew : undefined
}
