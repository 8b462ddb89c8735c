import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const PUBLISHED = /^(dist\/.+|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/
const REQUIRED = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json', 'dist/index.js', 'dist/index.mjs']

/** Packs into `folder` and gives the tarball's path; throws where it holds more, or less, than it should. */
export function pack(folder) {
  console.log('\n- Packing')
  const { stdout, status } = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error('npm pack failed.')
  const report = JSON.parse(stdout)
  const [{ filename, files, size }] = Array.isArray(report) ? report : Object.values(report)
  const paths = files.map(({ path }) => path)
  const strays = paths.filter((path) => !PUBLISHED.test(path))
  if (strays.length > 0) throw new Error(`The package holds files that it should not: ${strays.join(', ')}`)
  const missing = REQUIRED.filter((path) => !paths.includes(path))
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}`)
  console.log(`  ${paths.length} files, ${(size / 1024).toFixed(1)} kB packed`)
  return join(folder, filename)
}
