import type { AskedPath } from './path'

/**
 * Where a redirect of the backend leads in terms of this proxy: a reference relative to the request's own address,
 * which is right whatever the app's base path is. `undefined` where it leads out of the backend.
 *
 * @param target the backend's URL; its path ends in `/`
 * @param isSame whether the browser asks there in the way it has asked here: after a form it may not
 */
export function mappedLocation(location: string, asked: AskedPath, target: URL, isSame: boolean): string | undefined {
  const from = new URL(`.${asked.path}${asked.search}`, target)
  if (!URL.canParse(location, from)) return undefined
  const to = new URL(location, from)
  // One that wants TLS leads to itself: through this proxy, browsers would go there for ever.
  const isItself = isSame && to.protocol !== target.protocol && to.pathname === from.pathname && to.search === from.search
  const isInside = to.host === target.host && /^https?:$/.test(to.protocol) && to.pathname.startsWith(target.pathname)
  if (isItself || !isInside) return undefined
  const depth = asked.path.split('/').length - 2
  return `${'../'.repeat(depth) || './'}${to.pathname.slice(target.pathname.length)}${to.search}${to.hash}`
}
