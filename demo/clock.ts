import { useSyncExternalStore } from 'react'

const TICK_MS = 250

/**
 * Milliseconds by a clock that nobody can set, in steps of a quarter of a second; `undefined` while the page is the one
 * that the server rendered, so that both sides render the same.
 */
export function useTicks(): number | undefined {
  return useSyncExternalStore(subscribe, ticks, () => undefined)
}

function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, TICK_MS)
  return () => clearInterval(timer)
}

function ticks(): number {
  return Math.floor(performance.now() / TICK_MS) * TICK_MS
}

const arrivals = new WeakMap<object, number>()

/** When this object was first asked about, by the same clock. */
export function arrivalOf(value: object): number {
  const known = arrivals.get(value)
  if (known !== undefined) return known
  const now = performance.now()
  arrivals.set(value, now)
  return now
}

/** A duration as a clock shows it: `0:42`, `12:05`, `1:00:00`. Rounded up: it shows zero when it is over. */
export function clockText(milliseconds: number): string {
  const seconds = wholeSeconds(milliseconds)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Seconds left, rounded up, and never below zero. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(Math.ceil(milliseconds / 1000), 0)
}

/** The time of day at an instant in UTC, the same wherever it is rendered. */
export function utcTime(instant: number): string {
  return new Date(instant).toISOString().slice(11, 19)
}
