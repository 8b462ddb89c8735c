/** The origin of a URL, resolved against `base`; `undefined` where it is no address of the web (http, https). */
export function originOf(url: string, base?: string): string | undefined {
  try {
    const { origin, protocol } = new URL(url, base)
    // All others share the origin `null`.
    return /^https?:$/.test(protocol) ? origin : undefined
  } catch {
    return undefined
  }
}
