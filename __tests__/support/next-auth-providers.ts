import { readdirSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.dirname(require.resolve('next-auth'))
const DIRECTORY = path.join(ROOT, 'providers')

// eslint-disable-next-line @typescript-eslint/no-require-imports
const load = <T>(file: string) => (require(file) as { default: T }).default

/** The names of the provider files that next-auth ships; two files of that directory hold none. */
export const PROVIDER_FILES = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.js') && !['index.js', 'oauth.js'].includes(file))
  .map((file) => path.basename(file, '.js'))
  .sort()

/** Makes the provider of this file, as an app does. `email` alone needs a package that isn't installed here. */
export function shippedProvider(file: string, options: object): object {
  return load<(options: object) => object>(path.join(DIRECTORY, file))(options)
}

type Parse = (params: { url: string; providers: object[] }) => { providers: Record<string, unknown>[] }
const parseProviders = load<Parse>(path.join(ROOT, 'core/lib/providers.js'))

/** What next-auth itself makes of the provider, which it doesn't export; it writes into what it is given. */
export function mergedByNextAuth(provider: object): Record<string, unknown> {
  const { providers } = parseProviders({ url: 'http://app.example/api/auth', providers: [provider] })
  const { signinUrl: _, callbackUrl: __, ...merged } = providers[0] ?? {}
  return merged
}
