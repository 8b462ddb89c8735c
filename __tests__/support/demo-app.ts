import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend, type TokenBackend, type TokenBackendOptions } from 'next-auth-refresh/testing'
import { freePort } from './free-port'
import { createHttpBrowser, type HttpBrowser } from './http-browser'
import { listen } from './listen'

/** How long the app may take to stop. */
const PATIENCE_MS = 3_000

export interface DemoApp {
  origin: string
  pid: number
  /** All that the server has printed. */
  output(): string
  /** Ends the process: politely at first unless told to kill. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface DemoWithBackend extends DemoApp {
  backend: TokenBackend
  browser(): HttpBrowser
}

/** The built demo on a free port, in front of a strict token backend in this process. */
export async function startDemoWithBackend(options: TokenBackendOptions): Promise<DemoWithBackend> {
  const backend = createTokenBackend(options)
  const server = await listen(backend.listener)
  const app = await startDemo({ API_BASE_URL: server.origin })
  return {
    ...app,
    backend,
    browser: () => createHttpBrowser(app.origin),
    async stop(signal) {
      await app.stop(signal)
      await server.close()
    },
  }
}

/** Several processes of the built demo, in front of one backend in this process: machines behind a load balancer. */
export async function startDemos(
  count: number,
  options: TokenBackendOptions,
  env: Record<string, string>,
): Promise<{ apps: DemoApp[]; backend: TokenBackend; stop(): Promise<void> }> {
  const backend = createTokenBackend(options)
  const server = await listen(backend.listener)
  const shared = { ...env, API_BASE_URL: server.origin, NEXTAUTH_SECRET: randomBytes(32).toString('base64url') }
  const apps = await Promise.all(Array.from({ length: count }, () => startDemo(shared)))
  return {
    apps,
    backend,
    async stop() {
      await Promise.all(apps.map((app) => app.stop('SIGKILL')))
      await server.close()
    },
  }
}

/** The built demo on a free port. */
export async function startDemo(env: Record<string, string> = {}): Promise<DemoApp> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const next = require.resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      NEXTAUTH_URL: origin,
      NEXTAUTH_SECRET: randomBytes(32).toString('base64url'),
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  void ended.then(() => process.off('exit', killAtExit))

  const deadline = Date.now() + 30_000
  while (!(await answers(origin))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`The demo did not start; build it first (npm test does). It printed:\n${output}`)
    }
    await delay(100)
  }
  return {
    origin,
    pid: child.pid as number,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      // Next waits for its requests: one that a failed test has left open would keep it.
      const timer = setTimeout(killAtExit, PATIENCE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

function answers(origin: string): Promise<boolean> {
  return fetch(`${origin}/api/auth/csrf`).then(
    ({ ok }) => ok,
    () => false,
  )
}
