import { isRecord } from '../../lib/record'
import type { BackendResponse } from '../../lib/testing'
import { onAnswered, onSent, onTaken } from './laws/backend-laws'
import type { Issue } from './truth'
import { nameOfIssue, type AppProcess, type World } from './world'

/** One request of a process to the backend. */
export interface Call {
  process: AppProcess
  path: 'login' | 'refresh' | 'logout'
  refreshToken: string
  /** What the backend issued under that token. */
  issue: Issue | undefined
  startedAt: number
}

/** Names the process in its requests. */
export const PROCESS_HEADER = 'x-process'

const INVALID_CLIENT: BackendResponse = {
  status: 401,
  headers: { 'Content-Type': 'application/json' },
  body: '{"error":"invalid_client"}',
}

/** Stands in for `fetch`: the strict backend behind a wire with latency, that books what it sees. */
export function createWire(world: World): typeof fetch {
  const { time, truth, backend } = world

  /** What happens out there, whether or not anyone still listens. */
  async function travel(call: Call, url: string, body: string, signal?: AbortSignal): Promise<BackendResponse> {
    await time.sleep(world.latency())
    const isUnknownClient = call.path === 'refresh' && world.misconfigured > 0
    if (isUnknownClient) world.misconfigured -= 1
    const { reuses } = backend.counters
    const pending = isUnknownClient
      ? Promise.resolve(INVALID_CLIENT)
      : backend.handle({ method: 'POST', url, body, ...(signal && { signal }) })
    // Refresh tokens are redeemed before anything is waited for.
    if (call.issue && backend.counters.reuses > reuses) call.issue.family.dead = true
    const response = await pending
    onTaken(world, call, response)
    await time.sleep(world.latency())
    return response
  }

  return (input, init) => {
    const url = input instanceof Request ? input.url : input.toString()
    const { body, signal } = init as { body: string; signal?: AbortSignal }
    const sender = new Headers(init?.headers).get(PROCESS_HEADER)
    const process = world.processes.find(({ name }) => name === sender)
    if (!process) throw new Error('a request of no process')
    // What a crashed process would still do, it doesn't do.
    if (process.dead) return new Promise(() => {})
    const path = url.endsWith('login') ? 'login' : url.endsWith('logout') ? 'logout' : 'refresh'
    const refreshToken = path === 'login' ? '' : String((JSON.parse(body) as { token: unknown }).token)
    const call: Call = { process, path, refreshToken, issue: truth.byRefresh(refreshToken), startedAt: time.now() }
    world.note(`${process.name} asks the backend: ${path} ${path === 'login' ? '' : nameOfIssue(call.issue)}`)
    onSent(world, call, url)

    const underWay = { refreshToken, startedAt: call.startedAt, process }
    if (path === 'refresh') process.scope.underWay.add(underWay)
    return new Promise((resolve, reject) => {
      const ends = (settle: () => void) => () => {
        process.scope.underWay.delete(underWay)
        if (path === 'refresh' && call.issue) process.heardOf.set(call.issue.family, refreshToken)
        settle()
      }
      signal?.addEventListener('abort', ends(() => reject(signal.reason as Error)), { once: true })
      travel(call, url, body, signal).then(
        (response) =>
          ends(() => {
            if (process.dead || signal?.aborted) return
            world.note(`${process.name} gets ${response.status} for ${path} ${nameOfIssue(call.issue)}`)
            onAnswered(world, call, response)
            resolve(asFetched(response))
          })(),
        (error: unknown) =>
          ends(() => {
            world.note(`${process.name} gets no answer for ${path} ${nameOfIssue(call.issue)}`)
            reject(Object.assign(new TypeError('fetch failed'), { cause: error }))
          })(),
      )
    })
  }
}

/** The part of a `Response` that the library's HTTP client uses. */
function asFetched({ status, headers, body }: BackendResponse): Response {
  const part: Pick<Response, 'status' | 'ok' | 'headers' | 'text'> = {
    status,
    ok: status >= 200 && status < 300,
    headers: new Headers(headers),
    text: () => Promise.resolve(body),
  }
  return part as Response
}

/** The body as a record, where it is JSON and one. */
export function bodyOf({ body }: BackendResponse): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
