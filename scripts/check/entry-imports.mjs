import { isBuiltin } from 'node:module'
import { build } from 'esbuild'

const SERVER_ONLY = ['jose', 'lru-cache', 'set-cookie-parser', 'next-auth', 'next-auth/jwt']
/** The former imports the latter. */
const EDGE = ['next-auth/middleware', 'next-auth/jwt']
const BROWSER_ONLY = /^(react|react-dom|next-auth\/react|next\/router)(\/|$)/

const RULES = [
  {
    entries: ['react', 'axios', 'swr'],
    isForbidden: (path) => isBuiltin(path) || SERVER_ONLY.includes(path),
    because: 'the browser gets no server code',
  },
  {
    entries: ['index', 'server', 'redis', 'testing'],
    isForbidden: (path) => BROWSER_ONLY.test(path),
    because: 'the server side loads no React',
  },
  {
    entries: ['middleware', 'types'],
    isForbidden: (path) => !EDGE.includes(path),
    because: 'the edge has nothing of Node, and gets no more than it needs',
  },
]

/** Reads the imports of the built entries, in both module formats. */
export async function checkEntryImports() {
  console.log('\n- Imports of the built entries')
  for (const { entries, isForbidden, because } of RULES) {
    for (const file of entries.flatMap((entry) => [`dist/${entry}.mjs`, `dist/${entry}.js`])) {
      const { metafile } = await build({
        entryPoints: [file],
        bundle: true,
        packages: 'external',
        platform: 'node',
        write: false,
        metafile: true,
        logLevel: 'error',
      })
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
      const found = imports.filter(isForbidden)
      if (found.length > 0) throw new Error(`${file} imports ${found.join(', ')}: ${because}.`)
      console.log(`  ${file}: ${[...new Set(imports)].sort().join(', ') || 'none'}`)
    }
  }
}
