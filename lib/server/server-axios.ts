import type { ServerResponse } from 'node:http'
import type { AxiosInstance, AxiosStatic, CreateAxiosDefaults } from 'axios'
import type { NextAuthOptions } from 'next-auth'
import { RefreshError } from '../errors'
import { internalsOf } from '../next-auth/internals'
import { requireTransport, type TransportOptions } from '../transport'
import { authorize } from './axios/authorize'
import { tokenOrigins } from './axios/origins'
import type { RequestWithCookies } from './cookies'
import { ensureFreshToken, renewRejectedToken } from './ensure-fresh-token'
import loadAxios from './load-axios.cjs'

/** Where the user's session is, how their token travels, and axios's own settings. */
export interface ServerAxiosOptions extends Omit<CreateAxiosDefaults, 'transport'>, TransportOptions {
  req: RequestWithCookies
  res: ServerResponse
  authOptions: NextAuthOptions
  /** Where requests go; its origin may be shown the access token. */
  baseURL?: string
  /**
   * Further origins that may be shown it, as absolute URLs.
   * @default none
   */
  origins?: readonly string[]
}

/**
 * An axios instance for one request in `getServerSideProps` or an API route, whose own requests carry the user's access
 * token, refreshed first where that is due. A 401 renews the token once for all of them, and is tried once more unless
 * the body was a stream. The token goes to the configured origins alone, redirects included; requests that bring an
 * `Authorization` of their own, and those of the signed-out, go without it. While an expired token can't be renewed,
 * requests reject with a `RefreshError` and are not sent.
 *
 * @throws {TypeError} for `authOptions` that `withTokenRefresh` has not made, for a `transport` that can't be, and where
 * neither `baseURL` nor `origins` says where the token may go
 */
export function createServerAxios(options: ServerAxiosOptions): AxiosInstance {
  const { req, res, authOptions, transport, cookieName, origins, ...config } = options
  internalsOf(authOptions, 'createServerAxios')
  requireTransport('createServerAxios', options)
  const allowed = tokenOrigins('createServerAxios', config.baseURL, origins)
  const axios = loadAxios() as AxiosStatic
  const instance = axios.create(config)
  const source = {
    async current() {
      const fresh = await ensureFreshToken(req, res, authOptions)
      if (!fresh || Date.now() < fresh.accessTokenExpiry) return fresh?.accessToken
      // Its 401 would look like a signed-out user's.
      throw new RefreshError('unavailable', 'The access token has expired, and could not be renewed yet.')
    },
    insteadOf: async (rejected: string) => (await renewRejectedToken(req, res, authOptions, rejected))?.accessToken,
  }
  authorize(instance, axios, source, {
    origins: allowed,
    ...(transport && { transport }),
    ...(cookieName && { cookieName }),
  })
  return instance
}
