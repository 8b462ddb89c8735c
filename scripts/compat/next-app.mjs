import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.mjs'
import { start } from './step.mjs'

const PATIENCE_MS = 120_000

/** Serves the app in `folder` on a free port, by `next start` or `next dev`, and waits until it answers. */
export async function serve(folder, command) {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const next = join(folder, 'node_modules/next/dist/bin/next')
  const server = start(process.execPath, [next, command, '-p', String(port), '-H', '127.0.0.1'], {
    cwd: folder,
    env: {
      PORT: String(port),
      NEXTAUTH_URL: origin,
      NEXTAUTH_SECRET: randomBytes(32).toString('base64url'),
    },
  })
  const deadline = Date.now() + PATIENCE_MS
  while (!(await answers(origin))) {
    if (!server.isRunning() || Date.now() > deadline) {
      server.kill()
      throw new Error(`\`next ${command}\` did not come up; it printed:\n${server.output()}`)
    }
    await delay(100)
  }
  return {
    origin,
    output: server.output,
    stop() {
      server.kill()
      return server.ended
    },
  }
}

function answers(origin) {
  return fetch(`${origin}/api/auth/csrf`).then(
    ({ ok }) => ok,
    () => false,
  )
}
