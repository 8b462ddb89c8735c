/** Where this library speaks to the people who run the app. Messages never hold a token. */
export interface Log {
  error: (message: string) => void
  /** Like `error`, unless the same was said before. */
  errorOnce: (message: string) => void
  warn: (message: string) => void
  /** Warns unless the same was said before. */
  warnOnce: (message: string) => void
}

/** The part of next-auth's `LoggerInstance` that is used here. */
interface AppLogger {
  error?(code: string, metadata: Error): void
  warn?(code: string): void
}

/** Speaks through the app's `logger` where it has one, else to the console. A logger that throws is ignored. */
export function createLog(logger: AppLogger | undefined): Log {
  const said = new Set<string>()
  const quietly = (speak: () => void) => {
    try {
      speak()
    } catch {
      // A broken logger must not end a session.
    }
  }
  const once = (message: string, say: (message: string) => void) => {
    if (said.has(message)) return
    said.add(message)
    say(message)
  }
  const log: Log = {
    error(message) {
      quietly(() =>
        logger?.error
          ? logger.error('TOKEN_REFRESH_ERROR', new Error(message))
          : console.error(`[next-auth-refresh] ${message}`),
      )
    },
    warn(message) {
      quietly(() => (logger?.warn ? logger.warn(message) : console.warn(`[next-auth-refresh] ${message}`)))
    },
    errorOnce: (message) => once(message, log.error),
    warnOnce: (message) => once(message, log.warn),
  }
  return log
}
