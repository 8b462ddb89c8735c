// `npm run test:compat`: the packed package in apps as people have them. Takes a quarter of an hour.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pack } from '../check/pack.mjs'
import { run } from '../check/run.mjs'
import { MATRIX } from './matrix.mjs'
import { runMatrix } from './run-matrix.mjs'

const USAGE = `npm run test:compat [-- options]

  --only <version>   this line alone: ${MATRIX.map(({ name }) => name).join(', ')}; can be given more than once
  --short            the first build of each line alone, as \`npm run check\` does
  --keep             leave the apps where they are, to look at them`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    short: { type: 'boolean' },
    keep: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const lines = MATRIX.filter(({ name }) => values.only?.includes(name) ?? true)
if (values.help || lines.length === 0) {
  console.log(USAGE)
  process.exit(values.help ? 0 : 1)
}

const parent = mkdtempSync(join(tmpdir(), 'next-auth-refresh-'))
try {
  run('Building the package', 'npm', ['run', 'build', '--silent', '--', '--silent'])
  await runMatrix(lines, { parent, tarball: pack(parent), isShort: values.short, atATime: values.short ? 2 : 1 })
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
} finally {
  if (values.keep) console.log(`The apps are in ${parent}`)
  else rmSync(parent, { recursive: true, force: true })
}
