import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port'

/** A real Redis of the test's own, that keeps nothing. */
export interface RedisServer {
  port: number
  url: string
  /** Kills it: connections break, and what it knew is lost. */
  stop(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Stops it in its tracks: connections stay, and nothing is answered. */
  pause(): void
  resume(): void
  /** Stops it for good. */
  close(): Promise<void>
}

/** Redis on a free port of the loopback interface. `npm test` says where the program is. */
export async function startRedis(...options: string[]): Promise<RedisServer> {
  const program = process.env['REDIS_SERVER_PATH'] ?? 'redis-server'
  const folder = await mkdtemp(join(tmpdir(), 'next-auth-refresh-redis-'))
  const port = await portWithRoomAbove()
  let child: ChildProcess | undefined
  const killAtExit = () => child?.kill('SIGKILL')
  process.once('exit', killAtExit)

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
    const started = spawn(program, [...args, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    let output = ''
    started.stdout.on('data', (chunk) => (output += chunk))
    started.stderr.on('data', (chunk) => (output += chunk))
    started.on('error', (error) => (output += error.message))
    const deadline = Date.now() + 10_000
    while (!(await answers(port))) {
      if (started.exitCode !== null || started.pid === undefined || Date.now() > deadline) {
        started.kill('SIGKILL')
        throw new Error(`${program} did not start. It printed:\n${output}`)
      }
      await delay(20)
    }
  }

  async function stop(): Promise<void> {
    const stopping = child
    child = undefined
    if (!stopping || stopping.exitCode !== null || stopping.signalCode !== null) return
    const ended = new Promise((resolve) => stopping.once('exit', resolve))
    stopping.kill('SIGKILL')
    await ended
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async close() {
      process.off('exit', killAtExit)
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Whether a Redis answers there: `PING` gets `+PONG`. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (reply) => settle(reply.toString().startsWith('+PONG')))
    socket.once('error', () => settle(false))
  })
}

/** A node of a cluster listens 10 000 above its port as well. */
async function portWithRoomAbove(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port + 10_000 < 2 ** 16) return port
  }
}
