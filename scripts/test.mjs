// `npm test`: everything, in the order in which it fails fastest. Stops at the first step that fails.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { requireProgram } from './system-program.mjs'

const require = createRequire(import.meta.url)
const root = join(import.meta.dirname, '..')

/** The script behind a package's command, so that no shell and no PATH is in between. */
function bin(name, command = name) {
  const manifest = require.resolve(`${name}/package.json`)
  const { bin } = require(manifest)
  return join(manifest, '..', typeof bin === 'string' ? bin : bin[command])
}

const chromium = requireProgram({
  path: process.env.CHROME_PATH,
  names: ['chromium', 'google-chrome'],
  debianPackage: 'chromium',
})
const redisServer = requireProgram({
  path: process.env.REDIS_SERVER_PATH,
  names: ['redis-server', 'valkey-server'],
  debianPackage: 'redis-server',
})

/** Jest alone would leave one of two cores to itself; tests of the app and in the browser mostly wait. */
const jest = (workers, ...projects) => [bin('jest'), '--maxWorkers', workers, '--selectProjects', ...projects]
const steps = [
  ['Building the package', [bin('tsup'), '--silent']],
  ['Building the demo', [bin('next'), 'build']],
  ['Checking types', [bin('typescript', 'tsc'), '--noEmit']],
  ['Linting', [bin('eslint'), '.', '--max-warnings', '0']],
  ['Testing the library, its model and the built package', jest('2', 'lib', 'client', 'model', 'built', 'built-client')],
  ['Testing the built app over HTTP and in Chromium', jest('3', 'app', 'browser')],
]

for (const [index, [what, args]] of steps.entries()) {
  console.log(`\n[${index + 1}/${steps.length}] ${what}`)
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHROME_PATH: chromium, REDIS_SERVER_PATH: redisServer, NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) {
    console.error(`\n${what} failed.`)
    process.exit(status ?? 1)
  }
}
console.log('\nAll passed.')
