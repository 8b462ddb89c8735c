import { originOf } from '../../web-origin'

/**
 * The origins that may be shown the access token: that of `baseURL`, and further ones.
 *
 * @param caller names the function that was given these options, for the error
 * @throws {TypeError} where an address is no absolute http(s) URL, or where there is none
 */
export function tokenOrigins(
  caller: string,
  baseURL: string | undefined,
  further: readonly string[] = [],
): ReadonlySet<string> {
  const origins = further.map((url) => originOf(url) ?? refuse(caller, 'origins', url))
  if (baseURL !== undefined) origins.push(originOf(baseURL) ?? refuse(caller, 'baseURL', baseURL))
  if (origins.length === 0) {
    throw new TypeError(`${caller}: pass \`baseURL\` or \`origins\`: they say where the access token may be sent`)
  }
  return new Set(origins)
}

function refuse(caller: string, option: string, url: string): never {
  throw new TypeError(`${caller}: \`${option}\` must be an absolute http(s) URL, not '${url}'`)
}
