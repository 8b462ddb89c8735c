import { join } from 'node:path'
import { resolutionOptions } from './make-app.mjs'
import { start } from './step.mjs'

/** Where an error is none of ours: in the types of other packages, which many versions leave wrong. */
const ELSEWHERE = /^node_modules\/(?!next-auth-refresh\/)/

/** Checks the app, and with it this package's own declarations, under one kind of module resolution. */
export async function typeCheck(folder, resolution) {
  const options = { ...resolutionOptions(resolution), skipLibCheck: 'false' }
  const tsc = start(
    join(folder, 'node_modules/.bin/tsc'),
    ['--noEmit', '--pretty', 'false', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])],
    { cwd: folder },
  )
  const code = await tsc.ended
  const errors = tsc.output().split('\n').filter((line) => /error TS\d+/.test(line))
  if (code !== 0 && errors.length === 0) throw new Error(`tsc failed with status ${code}:\n${tsc.output()}`)
  const ours = errors.filter((line) => !ELSEWHERE.test(line))
  if (ours.length > 0) throw new Error(ours.join('\n'))
}
