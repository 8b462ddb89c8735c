import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Bytes of the `react` entry, minified and gzipped, its peers left out. */
const LIMIT = 2_500

/** Loaded by those who use them, on top of axios and SWR. */
const OTHERS = ['axios', 'swr']

export async function checkBrowserSize() {
  console.log('\n- Size in the browser')
  const size = await sizeOf('react')
  console.log(`  react: ${size} bytes, minified and gzipped; at most ${LIMIT}`)
  for (const entry of OTHERS) console.log(`  ${entry}: ${await sizeOf(entry)} bytes`)
  if (size > LIMIT) throw new Error(`The react entry is ${size} bytes; it may not grow beyond ${LIMIT}.`)
}

async function sizeOf(entry) {
  const { outputFiles } = await build({
    entryPoints: [`dist/${entry}.mjs`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    packages: 'external',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}
