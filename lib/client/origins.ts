import { originOf } from '../web-origin'

/** Stands for this page where there is none: on a server, which carries no tokens. */
const NOWHERE = 'http://nowhere.invalid'

/**
 * Whether a request to a URL may carry a token: judged by its origin, as the browser will resolve it. With neither of the
 * two given, only this page's own origin is.
 *
 * @throws TypeError where one of them can't be understood
 */
export function tokenOrigins(
  origins: readonly string[] | undefined,
  baseURL: string | undefined,
): (url: string) => boolean {
  if (origins !== undefined && !isOrigins(origins)) {
    throw new TypeError('"origins" must be a list of origins such as "https://api.example.com"')
  }
  if (baseURL !== undefined && originOf(baseURL, NOWHERE) === undefined) {
    throw new TypeError('"baseURL" must be a URL or a path')
  }
  return (url) => {
    const target = originOf(url, document.baseURI)
    if (target === undefined) return false
    return origins ? origins.some((origin) => originOf(origin) === target) : target === homeOf(baseURL)
  }
}

function homeOf(baseURL: string | undefined): string | undefined {
  return baseURL ? originOf(baseURL, document.baseURI) : originOf(window.location.href)
}

function isOrigins(value: unknown): boolean {
  return Array.isArray(value) && value.every(isOrigin)
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && /^[^/]+:\/\/[^/?#@]+\/?$/.test(value) && originOf(value) !== undefined
}
