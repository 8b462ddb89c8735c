import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './step.mjs'

const WITHOUT_CODE = ['./package.json', './types']

/**
 * Loads every entry of the installed package in Node itself, by `require` and by `import`, which have to find the same
 * names; gives them by entry.
 */
export async function loadInNode(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/next-auth-refresh/package.json'), 'utf8'))
  const { exports } = manifest
  const entries = Object.keys(exports).filter((entry) => !WITHOUT_CODE.includes(entry))
  const load = (how) => `
    const all = {}
    for (const entry of ${JSON.stringify(entries)}) {
      all[entry] = Object.keys(${how}('next-auth-refresh' + entry.slice(1)))
    }
    console.log(JSON.stringify(all))`
  const namesBy = async (...args) => JSON.parse(await run(process.execPath, args, { cwd: folder }))
  const [byRequire, byImport] = await Promise.all([
    namesBy('--eval', load('require')),
    namesBy('--input-type=module', '--eval', load('await import')),
  ])
  for (const entry of entries) {
    const missing = byRequire[entry].filter((name) => !byImport[entry].includes(name))
    if (byRequire[entry].length === 0) throw new Error(`${entry} exports nothing when it is required.`)
    if (missing.length > 0) throw new Error(`${entry}, imported, lacks ${missing.join(', ')}.`)
  }
  return byRequire
}
