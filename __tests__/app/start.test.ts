import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../support/free-port'

let npm: ChildProcess | undefined
afterEach(() => {
  // Whatever of it is left, where a test has failed.
  try {
    process.kill(-Number(npm?.pid), 'SIGKILL')
  } catch {
    // Nothing is.
  }
})

const answers = (origin: string) => fetch(`${origin}/api/auth/csrf`).then(({ ok }) => ok, () => false)

/** A command of the README, on what is built; resolves with the line that says where to sign in. */
async function run(command: string, port: number): Promise<string> {
  npm = spawn('npm', ['run', command, '--', '--no-build'], {
    env: { ...process.env, PORT: String(port) },
    detached: true,
  })
  let output = ''
  npm.stderr?.on('data', (chunk) => (output += chunk))
  for await (const chunk of npm.stdout ?? []) {
    output += String(chunk)
    const line = /^Sign in.+$/m.exec(output)?.[0]
    if (line) return line
  }
  throw new Error(`npm run ${command} ended. It printed:\n${output}`)
}

it.each([
  ['start', 'Sign in as ada@example.com'],
  ['demo:oidc', 'Sign in at the demo provider'],
])('`npm run %s` says where to sign in, serves, and ends with npm', async (command, says) => {
  const port = await freePort()
  expect(await run(command, port)).toContain(says)
  const origin = `http://localhost:${port}`
  expect(await answers(origin)).toBe(true)
  npm?.kill('SIGTERM')
  await once(npm as ChildProcess, 'exit')
  while (await answers(origin)) await delay(100)
}, 30_000)
