import { join } from 'node:path'
import { build } from 'esbuild'
import { encode } from 'next-auth/jwt'

const SECRET = 'a secret of the tests'
const ENTRY = join(__dirname, '../../lib/middleware.ts')

/** The runtime that `next start` gives a middleware; it comes without types. */
const { EdgeRuntime } = jest.requireActual<{ EdgeRuntime: new () => { evaluate<T>(script: string): T } }>(
  'next/dist/compiled/edge-runtime',
)

/** What Next makes of a `middleware.ts`: one script for a runtime that has web APIs and nothing of Node. */
async function bundleForEdge(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { withAuth } from ${JSON.stringify(ENTRY)}
        import { NextRequest } from 'next/server'
        globalThis.verdict = async (cookie) => {
          const request = new NextRequest('http://app.example/orders', { headers: { cookie } })
          const response = await withAuth({ secret: ${JSON.stringify(SECRET)} })(request, { waitUntil() {} })
          return response ? response.headers.get('location') : 'passed'
        }`,
      resolveDir: __dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['edge-light', 'worker'],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.NEXTAUTH_URL': '"http://app.example"', __dirname: '"/"' },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

it('runs where there is no Node: at the edge', async () => {
  const edge = new EdgeRuntime()
  edge.evaluate(`globalThis.process = { env: {} };${await bundleForEdge()}`)
  const verdict = async (claims: object) => {
    const token = await encode({ token: { sub: '1', ...claims }, secret: SECRET })
    return edge.evaluate<Promise<string>>(`verdict(${JSON.stringify(`next-auth.session-token=${token}`)})`)
  }
  expect(await verdict({})).toBe('passed')
  expect(await verdict({ error: 'RefreshAccessTokenError' })).toMatch(/signin\?callbackUrl/)
}, 30_000)
