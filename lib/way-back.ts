/** The query parameter that next-auth, too, carries the way back in. */
const WAY_BACK = 'callbackUrl'

/** The login page's address with the way back to `path`, which, like next-auth's own, begins with the app's base path. */
export function loginURL(loginPath: string, path: string, origin: string): string {
  const url = new URL(loginPath, origin)
  url.searchParams.set(WAY_BACK, path)
  return url.href.replace(origin, '')
}

/**
 * Where the address of the login page says to go back to, without the app's base path; `undefined` where it says nothing,
 * or leads elsewhere than to a page of this origin: whoever sends a link to the login page chooses this value.
 */
export function wayBackOf(address: string, origin: string, basePath: string): string | undefined {
  const wanted = parse(address, origin)?.searchParams.get(WAY_BACK)
  const path = pathAt(wanted || address, origin, basePath)
  return path && !isAt(path, address) ? path : undefined
}

/**
 * The path, query and hash of an address at this origin, relative or whole, without the base path if it begins with that;
 * `undefined` for all that leads elsewhere.
 */
export function pathAt(address: string, origin: string, basePath = ''): string | undefined {
  const href = parse(address, origin)?.href
  // The origin of a `blob:` URL is that of the page that made it: only the address itself tells.
  if (!href?.startsWith(`${origin}/`)) return undefined
  const path = href.slice(origin.length)
  const isBelow = `${pathIn(path)}/`.startsWith(`${basePath}/`)
  // Routers take a path with two leading slashes for another host's address.
  return path.slice(isBelow ? basePath.length : 0).replace(/^\/*/, '/')
}

/** Whether an address is that of `path`, whatever its query, its hash and the slash that Next's `trailingSlash` ends it with. */
export function isAt(address: string, path: string): boolean {
  return pathIn(address) === pathIn(path)
}

function pathIn(address: string): string {
  return address.replace(/\/?([?#].*)?$/s, '')
}

function parse(address: string, base: string): URL | undefined {
  try {
    return new URL(address, base)
  } catch {
    return undefined
  }
}
