import { spawn } from 'node:child_process'

const running = new Set()
process.once('exit', () => running.forEach(kill))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

/** As few words to anyone outside as can be, in whatever version of Next. */
const QUIET = { NEXT_TELEMETRY_DISABLED: '1', NEXT_IGNORE_INCORRECT_LOCKFILE: '1', npm_config_update_notifier: 'false' }

/** Starts a command in a group of its own, since Next starts others; the group ends with this process. */
export function start(command, args, { cwd, env }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...QUIET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return { ended, output: () => output, isRunning: () => running.has(child), kill: () => kill(child) }
}

/** Runs a command to its end; rejects where it fails, with what it printed. */
export async function run(command, args, options) {
  const { ended, output } = start(command, args, options)
  const code = await ended
  if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed with status ${code}:\n${output()}`)
  return output()
}

function kill({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
