import { inspect } from 'node:util'
import type { CallbacksOptions } from 'next-auth'
import { decode, type JWT } from 'next-auth/jwt'
import type { RefreshEvent } from '../../../lib'
import { SECRET, startAuthServer, type AuthServer, type AuthServerOptions } from '../../support/auth-server'
import type { BackendKind } from '../../support/backend-kind'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

/** Seconds after which a token of 60 s is due, and is dead. */
export const DUE = 40
export const EXPIRED = 61
/** Longer than any cool-down. */
export const LATER = 120

/** A signed-in user of an app in front of one kind of backend, whose access tokens live for 60 s. */
export interface Scene {
  server: AuthServer
  browser: HttpBrowser
  clock: Clock
  events: RefreshEvent[]
  /** What the library and next-auth wrote. */
  written: string[]
  /** Begins anew with other options. */
  start(options: AuthServerOptions): Promise<void>
}

type Written = Pick<Scene, 'events' | 'written'>

/**
 * Sets the scene before each test. After each, whatever it was about, no refresh token may have been presented after it
 * was spent (law 1), and no token may have been written anywhere (law 10).
 */
export function useScene(kind: BackendKind, options: AuthServerOptions = {}): Scene {
  const scene = {
    async start(changed) {
      await scene.server?.close()
      const { refresh, auth } = changed
      scene.server = await startAuthServer({
        ...changed,
        kind,
        refresh: { onEvent: (event) => void scene.events.push(event), ...refresh },
        auth: { logger: loggerInto(scene.written), ...auth },
      })
      scene.browser = scene.server.browser()
      await scene.browser.signIn()
      if (sessionCookies(scene.browser).length === 0) throw new Error(`The sign-in failed. ${scene.written.join('\n')}`)
      secrets.push(...(await heldSecrets(scene.browser)))
    },
  } as Scene & { server?: AuthServer }
  const secrets: string[] = []

  beforeEach(async () => {
    Object.assign(scene, { clock: takeClock(), events: [], written: [] } satisfies Partial<Scene>)
    secrets.length = 0
    listenToConsole(scene)
    await scene.start(options)
  })
  afterEach(async () => {
    try {
      secrets.push(...(await heldSecrets(scene.browser)))
      const { reuses } = scene.server.backend.counters
      expect({ reuses, leaks: leaksOf(secrets, scene) }).toEqual({ reuses: 0, leaks: [] })
    } finally {
      scene.clock.restore()
      jest.restoreAllMocks()
      await scene.server.close()
    }
  })
  return scene
}

/** What the browser's session cookie holds. */
export async function heldToken({ cookies }: HttpBrowser): Promise<JWT> {
  const token = await decode({ token: cookies.get('next-auth.session-token') ?? '', secret: SECRET })
  if (!token) throw new Error('there is no session cookie')
  return token
}

/** Which of the secrets stand in what was written, in clear or as a URL would have them. */
export function leaksOf(secrets: readonly string[], { events, written }: Written): string[] {
  const text = JSON.stringify([events, written])
  return secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
}

export async function heldSecrets(browser: HttpBrowser): Promise<string[]> {
  const { accessToken, refreshToken } = await heldToken(browser).catch((): JWT => ({}))
  return [accessToken, refreshToken].filter((token) => typeof token === 'string')
}

/** A session response that knows its tokens and has yet to write its cookie. */
export interface HeldResponse {
  /** Resolves once there is such a response. */
  reached: Promise<void>
  release(): void
}

/** A `session` callback that can hold up the next response. */
export function createGate() {
  let atGate: (() => Promise<void>) | undefined
  const session: NonNullable<CallbacksOptions['session']> = async (params) => {
    const wait = atGate
    atGate = undefined
    await wait?.()
    return params.session
  }
  function holdNext(): HeldResponse {
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const reached = new Promise<void>((resolve) => {
      atGate = () => {
        resolve()
        return released
      }
    })
    return { reached, release }
  }
  return { session, holdNext }
}

export interface SentRequest {
  url: string
  /** Its headers and its body. */
  text: string
}

/** What is sent from now on until the test ends, by the library and by the test's own browsers. */
export function recordRequests(): SentRequest[] {
  const sent: SentRequest[] = []
  const send = globalThis.fetch
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    sent.push({ url: request.url, text: `${JSON.stringify([...request.headers])} ${await request.text()}` })
    return send(input, init)
  })
  return sent
}

function loggerInto(written: string[]) {
  const write = (...args: unknown[]) => void written.push(args.map(inWords).join(' '))
  // next-auth's own debugging writes the tokens that an OAuth sign-in brings.
  return { error: write, warn: write, debug: () => {} }
}

function listenToConsole({ written }: Written): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(console, method).mockImplementation((...args) => void written.push(args.map(inWords).join(' ')))
  }
}

/** All there is to read in a logged value, the causes of errors included. */
function inWords(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 10, maxStringLength: null })
}

export const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))

export const sessionCookies = ({ cookies }: HttpBrowser) => [...cookies.keys()].filter((name) => name.includes('session-token'))
