import { RefreshError } from '../errors'

/**
 * Runs `run` for so many seconds at most, then aborts its signal and gives up on it even if it doesn't listen.
 *
 * @throws {RefreshError} `timeout`, besides whatever `run` rejects with
 */
export async function withTimeLimit<T>(seconds: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timesUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new RefreshError('timeout', `The backend did not answer within ${seconds} s.`)
      reject(error)
      controller.abort(error)
    }, seconds * 1000)
  })
  try {
    return await Promise.race([run(controller.signal), timesUp])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits so many seconds at most; `undefined` where the work takes longer, and then it goes on by itself. */
export async function waitFor<T>(seconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000)
  })
  // Whoever stops waiting no longer hears of a rejection, which must not end the process.
  work.catch(() => {})
  try {
    return await Promise.race([work, patience])
  } finally {
    clearTimeout(timer)
  }
}
