/** Sets the date of this process aside from its timers, so that hours pass at once while IO goes on. */
export interface Clock {
  pass(seconds: number): void
  /** Stands still from now on, so that a slow machine is no faster clock. */
  stop(): void
  restore(): void
}

export function takeClock(): Clock {
  const realNow = Date.now
  let ahead = 0
  let stoppedAt: number | undefined
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => (stoppedAt ?? realNow()) + ahead)
  return {
    pass(seconds) {
      ahead += seconds * 1000
    },
    stop() {
      stoppedAt = realNow()
    },
    restore: () => spy.mockRestore(),
  }
}
