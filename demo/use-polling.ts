import { useEffect, useState } from 'react'

const EVERY_MS = 1_000

export interface Polling<T> {
  polls: number
  failures: number
  /** The last answer that was one. */
  data: T | undefined
}

/** Asks an address of this app for JSON, second by second, and counts what comes of it. */
export function usePolling<T>(url: string): Polling<T> {
  const [polling, setPolling] = useState<Polling<T>>({ polls: 0, failures: 0, data: undefined })

  useEffect(() => {
    const controller = new AbortController()
    const timer = setInterval(() => {
      void request<T>(url, controller.signal).then((data) => {
        if (controller.signal.aborted) return
        setPolling(({ polls, failures, data: last }) => ({
          polls: polls + 1,
          failures: failures + (data === undefined ? 1 : 0),
          data: data ?? last,
        }))
      })
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [url])

  return polling
}

async function request<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal })
    return response.ok ? ((await response.json()) as T) : undefined
  } catch {
    return undefined
  }
}
