/** The query parameter that next-auth, too, carries the way back in. */
const WAY_BACK = 'callbackUrl'
/** Stands for the origin while paths are taken apart. */
const HERE = 'http://here.invalid'

/** The login page's address with the way back to `path`. */
export function loginURL(loginPath: string, path: string): string {
  const url = new URL(loginPath, HERE)
  if (!isAt(path, loginPath)) url.searchParams.set(WAY_BACK, path)
  return pathOf(url)
}

/**
 * Where the address of the login page says to go back to: a path of this origin, or `undefined`. Whoever sends a link to
 * the login page chooses this value, so nothing that leads elsewhere is followed.
 */
export function wayBackOf(address: string, origin: string): string | undefined {
  const wanted = parse(address, HERE)?.searchParams.get(WAY_BACK)
  const path = wanted ? pathAt(wanted, origin) : undefined
  return path === undefined || isAt(path, address) ? undefined : path
}

/** The path, query and hash of an address at this origin, relative or whole; `undefined` for all that leads elsewhere. */
export function pathAt(address: string, origin: string): string | undefined {
  const url = parse(address, origin)
  // The origin of a `blob:` URL is that of the page that made it, so the scheme has to be looked at, too.
  return url?.origin === origin && /^https?:$/.test(url.protocol) ? pathOf(url) : undefined
}

/** Whether an address is that of `path`, whatever its query and hash. */
export function isAt(address: string, path: string): boolean {
  return parse(address, HERE)?.pathname === parse(path, HERE)?.pathname
}

function parse(address: string, base: string): URL | undefined {
  return URL.canParse(address, base) ? new URL(address, base) : undefined
}

function pathOf({ pathname, search, hash }: URL): string {
  // Routers take a path with two leading slashes for another host's address.
  return pathname.replace(/^\/{2,}/, '/') + search + hash
}
