import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { RefreshEvent } from '../../lib'
import { createTokenBackend, type TokenBackend, type TokenBackendOptions } from '../../lib/testing'
import { createHttpBrowser, type HttpBrowser } from './http-browser'
import { listen } from './listen'
import type { ClientKind } from './redis-coordinators'
import type { RedisServer } from './redis-server'

export interface AuthProcessSettings {
  backendURL: string
  redisURL: string
  clientKind: ClientKind
  /** Seconds before expiry from which a token is due. */
  window: number
}

export type AuthProcessMessage = { origin: string } | { event: RefreshEvent }

/** next-auth in a process of its own. */
export interface AuthProcess {
  browser(): HttpBrowser
  events: RefreshEvent[]
  /** What it has printed to its error output. */
  errors(): string
  hasEnded(): boolean
  /** SIGKILL: it has no time to clean up. */
  kill(): Promise<void>
}

export interface AuthProcesses {
  start(settings: AuthProcessSettings): Promise<AuthProcess>
  /** Kills those that still run. */
  close(): Promise<void>
}

/** Two processes, one with each client, in front of a strict backend in this one. */
export interface AuthPair {
  backend: TokenBackend
  one: AuthProcess
  other: AuthProcess
  close(): Promise<void>
}

/** A token is due after a tenth of its life, which the backend cuts to a whole second. */
export async function startAuthPair(
  processes: AuthProcesses,
  redis: RedisServer,
  options: TokenBackendOptions & { accessTokenLifetime: number },
): Promise<AuthPair> {
  const backend = createTokenBackend(options)
  const server = await listen(backend.listener)
  const window = options.accessTokenLifetime * 0.9
  const settings = { backendURL: server.origin, redisURL: redis.url, window }
  const [one, other] = await Promise.all([
    processes.start({ ...settings, clientKind: 'ioredis' }),
    processes.start({ ...settings, clientKind: 'redis' }),
  ])
  return {
    backend,
    one,
    other,
    async close() {
      await Promise.all([one.kill(), other.kill()])
      await server.close()
    },
  }
}

/** Builds what the processes run, from the source. */
export async function buildAuthProcesses(): Promise<AuthProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'next-auth-refresh-process-'))
  const script = join(folder, 'auth-process.cjs')
  await build({
    entryPoints: [join(__dirname, 'auth-process.ts')],
    outfile: script,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'error',
  })
  const processes: AuthProcess[] = []
  return {
    async start(settings) {
      const started = await startAuthProcess(script, settings)
      processes.push(started)
      return started
    },
    async close() {
      await Promise.all(processes.map((each) => each.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startAuthProcess(script: string, settings: AuthProcessSettings): Promise<AuthProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', script, JSON.stringify(settings)], {
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules'), NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const events: RefreshEvent[] = []
  let errors = ''
  let hasEnded = false
  child.stderr?.on('data', (chunk) => (errors += chunk))
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      hasEnded = true
      resolve()
    }),
  )
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The process ended at its start. It printed:\n${errors}`)))
    child.on('message', (message: AuthProcessMessage) => {
      if ('origin' in message) resolve(message.origin)
      else events.push(message.event)
    })
  })
  return {
    browser: () => createHttpBrowser(origin),
    events,
    errors: () => errors,
    hasEnded: () => hasEnded,
    kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}
