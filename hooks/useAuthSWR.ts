import type { AxiosError, AxiosInstance, AxiosRequestConfig } from 'axios'
import { useEffect, useState } from 'react'
import useSWR, {
  SWRConfig,
  useSWRConfig,
  type BareFetcher,
  type Key,
  type SWRConfiguration,
  type SWRResponse,
} from 'swr'
import { createAuthAxios } from '../lib/client/auth-axios'
import { emptyAtSignOut, isWanted, ownKey } from '../lib/client/swr-cache'
import { retryHeeding } from '../lib/client/swr-retry'
import { useCurrentUser } from './useCurrentUser'

/* eslint-disable @typescript-eslint/no-explicit-any -- As SWR has it: data is what its reader says it is. */

/** SWR's own options, and the client to fetch with. */
export type AuthSWRConfig<Data = any, Error = AxiosError> = SWRConfiguration<Data, Error, BareFetcher<Data>> & {
  /**
   * The instance that fetches, where no `fetcher` is given.
   * @default one of `createAuthAxios()`, shared by all
   */
  axios?: AxiosInstance
}

let shared: AxiosInstance | undefined

/**
 * SWR with the signed-in user's access token: `key` is a URL, or `[url, config]` with axios' own config, fetched with
 * `createAuthAxios`; for any other, give a `fetcher`. Waits for the session, and is `isLoading` meanwhile; fetches
 * nothing where nobody is signed in. What is cached is one user's: no other finds it, and it is gone at sign-out.
 *
 * Errors of the backend are in `error`. Retries follow `Retry-After`; after a 4xx that would be the same again there is
 * none, though polls go on. SWR's own options do what they do there, except that `fallbackData` and `keepPreviousData`
 * show nobody another user's data, and the `fallback` of `SWRConfig` is not read.
 */
export function useAuthSWR<Data = any, Error = AxiosError>(
  key: Key,
  config: AuthSWRConfig<Data, Error> = {},
): SWRResponse<Data, Error> {
  const { axios, fetcher, fallbackData, keepPreviousData = false, ...rest } = config
  const { cache, mutate, onErrorRetry } = useSWRConfig()
  const user = useCurrentUser()
  useEffect(() => emptyAtSignOut(cache, mutate), [cache, mutate])

  // What a page brings along is its first user's.
  const [first, setFirst] = useState(user)
  if (first === undefined && user !== undefined) setFirst(user)
  const isFirst = user !== null && user === first
  // Whose data was shown last: only theirs may stay while other data is on its way.
  const [shown, setShown] = useState<string>()

  const { defaultValue } = SWRConfig
  const options: SWRConfiguration = {
    ...(onErrorRetry === defaultValue.onErrorRetry && { onErrorRetry: retryHeeding(onErrorRetry) }),
    ...(rest as SWRConfiguration),
    ...(isFirst && fallbackData !== undefined && { fallbackData }),
    keepPreviousData: keepPreviousData && user === shown,
  }
  const result = useSWR<Data, Error>(
    ownKey(user, key),
    fetcher === null ? null : (own: readonly unknown[]) => fetchWith(own[2], fetcher, axios),
    options as SWRConfiguration<Data, Error, BareFetcher<Data>>,
  )
  if (keepPreviousData && typeof user === 'string' && user !== shown && result.data !== undefined) setShown(user)

  return {
    mutate: result.mutate,
    get data() {
      return result.data
    },
    get error() {
      return result.error
    },
    get isValidating() {
      return result.isValidating
    },
    get isLoading() {
      return result.isLoading || (user === undefined && isWanted(key))
    },
  }
}

function fetchWith<Data>(key: unknown, fetcher: BareFetcher<Data> | undefined, axios: AxiosInstance | undefined) {
  if (fetcher) return fetcher(key)
  const [url, config] = Array.isArray(key) ? (key as unknown[]) : [key]
  if (typeof url !== 'string') throw new TypeError('"key" must be a URL or [url, config] where no "fetcher" is given')
  const client = axios ?? (shared ??= createAuthAxios())
  return client.get<Data>(url, config as AxiosRequestConfig).then(({ data }) => data)
}
