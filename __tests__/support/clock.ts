/** Sets the date of this process aside from its timers, so that hours pass at once while IO goes on. */
export interface Clock {
  pass(seconds: number): void
  restore(): void
}

export function takeClock(): Clock {
  const realNow = Date.now
  let ahead = 0
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead)
  return {
    pass(seconds) {
      ahead += seconds * 1000
    },
    restore: () => spy.mockRestore(),
  }
}
