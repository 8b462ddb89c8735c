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
 * the login page chooses this value, so anything that leads elsewhere is not followed.
 */
export function wayBackOf(address: string, origin: string): string | undefined {
  const wanted = new URL(address, HERE).searchParams.get(WAY_BACK)
  if (wanted === null || !URL.canParse(wanted, origin)) return undefined
  const url = new URL(wanted, origin)
  return url.origin === origin && !isAt(wanted, pathOf(new URL(address, HERE)), origin) ? pathOf(url) : undefined
}

/** Whether an address is that of `path`, whatever its query and hash. */
export function isAt(address: string, path: string, origin = HERE): boolean {
  return new URL(address, origin).pathname === new URL(path, origin).pathname
}

function pathOf({ pathname, search, hash }: URL): string {
  // Routers take a path with two leading slashes for another host's address.
  return pathname.replace(/^\/{2,}/, '/') + search + hash
}
