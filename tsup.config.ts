import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

/** Each entry is one subpath of the package; see `exports` in package.json. */
export default defineConfig({
  entry: {
    index: 'lib/index.ts',
    server: 'lib/server/index.ts',
    redis: 'lib/redis.ts',
    react: 'components/index.ts',
    middleware: 'lib/middleware.ts',
    types: 'lib/types/index.ts',
    axios: 'lib/client/auth-axios.ts',
    swr: 'hooks/useAuthSWR.ts',
    testing: 'lib/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2020',
  platform: 'neutral',
  dts: true,
  clean: true,
  splitting: false,
  treeshake: true,
  sourcemap: true,
  removeNodeProtocol: false,
  external: [/^node:/, /\.cjs$/],
  // ESM alone, so the CommonJS build can't require it on Node 20.
  noExternal: ['oauth4webapi', 'httpxy'],
  // Constants with names are for those who read the sources; bundlers don't all put their values in place.
  esbuildOptions(options) {
    options.minifySyntax = true
  },
  async onSuccess() {
    // Both formats import this one as it is; it says why.
    await copyFile('lib/server/load-axios.cjs', 'dist/load-axios.cjs')
    // What is bundled is published with its license.
    await copyFile('node_modules/httpxy/LICENSE', 'dist/httpxy.LICENSE')
    await copyFile('node_modules/oauth4webapi/LICENSE.md', 'dist/oauth4webapi.LICENSE')
  },
})
