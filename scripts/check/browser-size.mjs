import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Bytes of the `react` entry, minified and gzipped, its peers left out: where it has to get, and what it may not grow to. */
const GOAL = 2_500
const CEILING = 3_250

export async function checkBrowserSize() {
  console.log('\n- Size in the browser')
  const { outputFiles } = await build({
    entryPoints: ['dist/react.mjs'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    packages: 'external',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
  console.log(`  react: ${size} bytes, minified and gzipped; the goal is ${GOAL}, the ceiling ${CEILING}`)
  if (size > CEILING) throw new Error(`The react entry is ${size} bytes; it may not grow beyond ${CEILING}.`)
}
