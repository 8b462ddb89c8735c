import { CanceledError, type InternalAxiosRequestConfig } from 'axios'

/** Rejects as soon as the caller gives the request up, as axios would. */
export function unlessAborted<T>(config: InternalAxiosRequestConfig, waiting: Promise<T>): Promise<T> {
  const { signal, cancelToken } = config
  if (!signal && !cancelToken) return waiting
  return new Promise((resolve, reject) => {
    const abort = () => reject(new CanceledError(undefined, config))
    void cancelToken?.promise.then(reject)
    if (signal?.aborted) abort()
    signal?.addEventListener?.('abort', abort)
    waiting.then(resolve, reject).finally(() => {
      signal?.removeEventListener?.('abort', abort)
    })
  })
}

/** What is waited for, or `undefined` when it took longer. */
export async function within<T>(milliseconds: number, waiting: Promise<T> | undefined): Promise<T | undefined> {
  if (!waiting || milliseconds === Infinity) return waiting
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds)
    void waiting.then(resolve).finally(() => clearTimeout(timer))
  })
}
