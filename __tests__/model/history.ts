import type { Fault } from '../../lib/testing'

/** What a history happens in. Durations are seconds unless they say otherwise. */
export interface Setting {
  /**
   * `one` process; `shared`: several with one store, which stands for Redis; `apart`: several that know nothing of each
   * other, the deployment that the README warns of.
   */
  deployment: 'one' | 'shared' | 'apart'
  grace: number
  accessTokenLifetime: number
  refreshTokenLifetime: number
  retention: number | undefined
  retries: number
  exposeAccessToken: boolean
  /** What the app's own `jwt` callback does besides spreading what `update()` sends over the token. */
  appCallback: 'quiet' | 'throws' | 'gives nothing'
  /** Milliseconds each way on the wire to the backend, and per look into the store; taken in turn. */
  latencies: readonly number[]
  /** Of all that the library leaves to chance. */
  seed: number
}

/** How a request travels. Milliseconds. */
export interface Journey {
  /** From the browser to the process. */
  up: number
  /** In the process before the session cookie is read, as in an API route that does something else first. */
  before: number
  /** In the process after the cookie is made, before the response goes out. */
  after: number
  /** From the process to the browser. */
  down: number
  /** `repeated`: it arrives a second time, 10 s later. */
  fate: 'arrives' | 'is lost' | 'is repeated'
}

export type RequestKind =
  /** `GET /api/auth/session`: a poll, a focus, another tab. */
  | 'session'
  /** `POST /api/auth/session`, with a forged token set in its data. */
  | 'update'
  /** `POST /api/auth/session`: the backend has rejected the access token that this browser's session holds. */
  | 'renew'
  /** Two calls of `getServerSession` one after the other, then `ensureFreshToken`, in one page. */
  | 'page'
  /** Two calls of `ensureFreshToken` at once. */
  | 'token'
  /** An API route to which the backend rejects the access token that it was given, twice at once. */
  | 'rejected'

export type Action =
  | { kind: RequestKind; browser: number; process: number; journey: Journey }
  | { kind: 'sign-out'; browser: number; process: number; journey: Journey }
  | { kind: 'sign-in'; browser: number; process: number }
  | { kind: 'fault'; fault: Fault }
  /** The backend takes the app for an unknown client: 401 `invalid_client`. Not processed. */
  | { kind: 'misconfigured'; times: number }
  | { kind: 'clear faults' }
  /** An administrator ends all sessions of this browser's user at the backend. */
  | { kind: 'revoke'; browser: number }
  /** The process dies and another takes its place, with nothing in its memory. */
  | { kind: 'crash'; process: number }
  /** The store forgets who holds which lock, as a failover does. */
  | { kind: 'locks lost' }

/** Before the action passes a time: so many milliseconds, or such a share of the access token's lifetime. */
export type Wait = { ms: number } | { lives: number }

export interface Step {
  wait: Wait
  action: Action
}

export interface History {
  setting: Setting
  /** How many browsers there are; they begin signed in, as the two users in turn. */
  browsers: number
  steps: readonly Step[]
}

export const PROCESSES = 2

export function waitInMs({ accessTokenLifetime }: Setting, wait: Wait): number {
  return 'ms' in wait ? wait.ms : Math.round(wait.lives * accessTokenLifetime * 1000)
}
