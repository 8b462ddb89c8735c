import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { NODE_TYPES } from './matrix.mjs'

const APP = join(import.meta.dirname, 'app')
const APP_IN_PIECES = join(import.meta.dirname, 'app-in-pieces')

/** Writes what npm installs from: the line's versions and the packed package. */
export function writeManifest(folder, line, tarball) {
  mkdirSync(folder, { recursive: true })
  const dependencies = { ...line.versions, '@types/node': NODE_TYPES, 'next-auth-refresh': `file:${tarball}` }
  writeJSON(join(folder, 'package.json'), { name: 'app', version: '1.0.0', private: true, dependencies })
  writeFileSync(join(folder, 'next.config.js'), 'module.exports = { reactStrictMode: true }\n')
}

/** Compiles only where the types know what this package adds; this repository's own are left as they are. */
const AUGMENTED = `import 'next-auth-refresh/types'
import type { Session } from 'next-auth'

export const tokenOf = (session: Session): string | undefined => session.accessToken
`

/** Lays the app out in TypeScript: the short way, with `RefreshSessionProvider`. */
export function writeTypeScriptApp(folder, line) {
  clear(folder)
  cpSync(APP, folder, { recursive: true })
  writeFileSync(join(folder, 'augmented.ts'), AUGMENTED)
  renameMiddleware(folder, line, 'ts')
  writeJSON(join(folder, 'tsconfig.json'), {
    compilerOptions: {
      target: 'ES2020',
      lib: ['dom', 'dom.iterable', 'esnext'],
      ...resolutionOptions(line.resolutions[0]),
      strict: true,
      noEmit: true,
      esModuleInterop: true,
      isolatedModules: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      incremental: false,
      allowJs: true,
      jsx: line.jsx,
    },
    include: ['next-env.d.ts', '**/*.ts', '**/*.tsx'],
    exclude: ['node_modules'],
  })
}

/** Lays the same app out in JavaScript: piece by piece, with a `SessionProvider` and the handler beside it. */
export function writeJavaScriptApp(folder, line) {
  clear(folder)
  for (const source of [APP, APP_IN_PIECES]) {
    for (const file of readdirSync(source, { recursive: true }).filter((name) => /\.tsx?$/.test(name))) {
      const text = readFileSync(join(source, file), 'utf8')
      const { code } = transformSync(text, { loader: file.endsWith('x') ? 'tsx' : 'ts', jsx: 'preserve' })
      const target = join(folder, file.replace(/\.ts(x?)$/, '.js$1'))
      mkdirSync(join(target, '..'), { recursive: true })
      writeFileSync(target, code)
    }
  }
  renameMiddleware(folder, line, 'js')
}

/** From Next 16 on it is called a proxy, and runs in Node. */
function renameMiddleware(folder, { middleware = 'middleware' }, extension) {
  renameSync(join(folder, `middleware.${extension}`), join(folder, `${middleware}.${extension}`))
}

/** Compiler options of one kind of module resolution, with the kind of module that goes with it. */
export function resolutionOptions(moduleResolution) {
  return { module: moduleResolution === 'node16' ? 'node16' : 'esnext', moduleResolution }
}

/** Leaves what npm installed, and nothing of the app before. */
function clear(folder) {
  const kept = ['node_modules', 'package.json', 'package-lock.json', 'next.config.js']
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function writeJSON(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
