import { spawnSync } from 'node:child_process'

/** Runs a command to its end and shows what it prints; throws where it fails. */
export function run(what, command, args, options = {}) {
  console.log(`\n- ${what}`)
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (error) throw error
  if (status !== 0) throw new Error(`${what}: \`${command} ${args.join(' ')}\` failed with status ${status}.`)
}
