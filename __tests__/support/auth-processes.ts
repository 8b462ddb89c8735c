import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { RefreshEvent } from '../../lib'
import { createHttpBrowser, type HttpBrowser } from './http-browser'
import type { ClientKind } from './redis-coordinators'

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
