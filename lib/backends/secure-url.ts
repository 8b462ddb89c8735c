import { RefreshError } from '../errors'

/**
 * The address of an endpoint that tokens and secrets are sent to. In production it has to be HTTPS, unless the app allows
 * otherwise or it is on this machine: what never leaves it can't be read on the way.
 *
 * @param name names the endpoint in the error
 * @throws {RefreshError} `configuration`
 */
export function secureURL(value: string, name: string, allowInsecure: boolean): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'https:') return url
  if (url?.protocol !== 'http:') throw new RefreshError('configuration', `The provider's ${name} is no http(s) URL.`)
  if (allowInsecure || process.env['NODE_ENV'] !== 'production' || isLoopback(url.hostname)) return url
  throw new RefreshError(
    'configuration',
    `The provider's ${name} at ${url.host} is not HTTPS. Where that is meant to be so, name the provider in \`allowInsecure\`.`,
  )
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
