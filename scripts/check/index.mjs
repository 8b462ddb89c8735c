// `npm run check`: the package as npm would publish it. Each check throws with what is wrong. With `--no-build` it takes
// what was built before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MATRIX } from '../compat/matrix.mjs'
import { runMatrix } from '../compat/run-matrix.mjs'
import { checkBrowserSize } from './browser-size.mjs'
import { checkEntryImports } from './entry-imports.mjs'
import { pack } from './pack.mjs'
import { run } from './run.mjs'

const folder = mkdtempSync(join(tmpdir(), 'next-auth-refresh-'))
try {
  if (!process.argv.includes('--no-build')) {
    run('Building the package', 'npm', ['run', 'build', '--silent', '--', '--silent'])
  }
  const tarball = pack(folder)
  await checkEntryImports()
  await checkBrowserSize()
  run('publint', 'npx', ['--no-install', 'publint', tarball, '--strict'])
  run('attw (types for every kind of resolution)', 'npx', ['--no-install', 'attw', tarball])
  console.log('\n- The oldest and the newest app that can install it')
  await runMatrix([MATRIX[0], MATRIX.at(-1)], { parent: folder, tarball, isShort: true, atATime: 2 })
  console.log('\nThe package is fit to publish.')
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
