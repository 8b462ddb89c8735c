import type { WatchedPage } from './watched-page'

/**
 * Expects as many renewals as so much time asks for, by the demo's default window of half a lifetime: a token is renewed
 * when it is between 52 and 68 % of its life old, up to a second of rounding aside.
 */
export function expectSteady(renewals: number, milliseconds: number, lifetime: number): void {
  expect(renewals).toBeGreaterThanOrEqual(Math.floor(milliseconds / (lifetime * 1000 * 0.75)))
  expect(renewals).toBeLessThanOrEqual(Math.ceil(milliseconds / ((lifetime - 1) * 1000 * 0.5)))
}

/** Expects that the user has been left alone on the dashboard. */
export function expectUndisturbed({ seen, path }: WatchedPage): void {
  expect(path()).toBe('/dashboard')
  expect(seen).toMatchObject({ logins: 0, loads: 0, signOuts: 0 })
}
