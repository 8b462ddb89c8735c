import { act } from '@testing-library/react'
import { useSyncExternalStore } from 'react'
import { stir } from './session-server'

/** Milliseconds that a navigation takes. */
const NAVIGATION = 10

interface Route {
  asPath: string
  isReady: boolean
  basePath: string
  replace: (url: string) => Promise<boolean>
}

const listeners = new Set<() => void>()
let replaced: string[] = []
let route: Route
let basePath = ''

/** Next makes another router object for each navigation. */
function show(asPath: string, isReady: boolean): void {
  route = { asPath, isReady, basePath, replace }
  for (const listener of listeners) listener()
  stir()
}

function replace(url: string): Promise<boolean> {
  replaced.push(url)
  return new Promise((resolve) => {
    setTimeout(() => {
      show(url, true)
      resolve(true)
    }, NAVIGATION)
  })
}

/** The part of `next/router` that pages see, at an address that the test chooses. */
export function useRouter(): Route {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => route,
    () => route,
  )
}

export const browser = {
  /** Shows this address, with no redirects so far. A page that Next has prerendered doesn't know its query at first. */
  open(asPath: string, { isReady = true, basePath: base = '' } = {}) {
    replaced = []
    basePath = base
    act(() => show(asPath, isReady))
  },
  address: () => route.asPath,
  /** The addresses that the app led to by itself, without repetitions in a row. */
  redirects: () => replaced.filter((url, at) => url !== replaced[at - 1]),
}
