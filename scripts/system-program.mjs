import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The full path of the first of these programs on the path, if any. */
function findOnPath(names) {
  const candidates = names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, name)))
  return candidates.find(isExecutable)
}

/**
 * Finds a program that the tests can't do without: at `path` if given, else on the path, else, as root on Debian, by
 * installing it.
 *
 * @throws {Error} with the command to run where it can't be had
 */
export function requireProgram({ path, names, debianPackage }) {
  if (path) {
    if (isExecutable(path)) return path
    throw new Error(`There is no program at ${path}.`)
  }
  const found = findOnPath(names)
  if (found) return found
  const isRootOnDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (!isRootOnDebian) {
    throw new Error(`The tests need ${names.join(' or ')}. Install it, on Debian: sudo apt-get install ${debianPackage}`)
  }
  console.log(`Installing Debian's ${debianPackage}: none of ${names.join(', ')} is on the path.`)
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage])
  const installed = findOnPath(names)
  if (!installed) throw new Error(`${debianPackage} is installed, but none of ${names.join(', ')} is on the path.`)
  return installed
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed with status ${status}.`)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
