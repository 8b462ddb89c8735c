import { setTimeout as delay } from 'node:timers/promises'

/** Signs in and is refreshed, as far as that can be seen without a browser; throws where something is amiss. */
export async function driveOverHTTP(origin, entries) {
  const client = createClient(origin)
  const bundled = await client.json('/api/entries')
  for (const [entry, names] of Object.entries(entries)) {
    expect(bundled[entry]?.length > 0, `bundles ${entry}`, bundled)
    const missing = names.filter((name) => !bundled[entry].includes(name))
    expect(missing.length === 0, `finds all of ${entry} where it is bundled`, missing)
  }

  for (const page of ['/guarded', '/profile']) {
    const location = (await client.send(page)).headers.get('location') ?? ''
    expect(location.includes('/login?callbackUrl='), `leads the signed-out from ${page} to the login page`, location)
  }
  for (const route of ['/api/profile', '/api/proxy/users/me']) {
    const { status } = await client.send(route)
    expect(status === 401, `keeps the signed-out out of ${route}`, status)
  }

  const { csrfToken } = await client.json('/api/auth/csrf')
  const form = { csrfToken, email: 'grace@example.com', password: 'battery-staple', json: 'true' }
  await client.send('/api/auth/callback/credentials', { method: 'POST', body: new URLSearchParams(form) })
  const first = await client.json('/api/auth/session')
  expect(first.user?.email === 'grace@example.com' && first.accessToken, 'signs in', Object.keys(first))

  await delay(first.tokenRefresh.opensAt - first.tokenRefresh.serverTime + 200)
  const page = await (await client.send('/token')).text()
  expect(page.includes('grace@example.com'), 'renders a page that reads the session three times', page)
  const second = await client.json('/api/auth/session')
  expect(second.accessToken && second.accessToken !== first.accessToken, 'renews the token', Object.keys(second))
  expect(second.tokenRefresh.generation === 1, 'renews it once', second.tokenRefresh)

  for (const path of ['/profile', '/api/profile', '/api/proxy/users/me']) {
    const answer = await (await client.send(path)).text()
    expect(answer.includes('grace@example.com'), `asks the backend with the fresh token in ${path}`, answer)
  }
  const guarded = await (await client.send('/guarded')).text()
  expect(guarded.includes('let you in'), 'lets the signed-in pass its middleware', guarded)
}

function expect(holds, what, found) {
  if (!holds) throw new Error(`Over HTTP, the app fails where it ${what}; there is ${JSON.stringify(found)}.`)
}

/** Keeps cookies, and follows no redirect. */
function createClient(origin) {
  const jar = new Map()
  async function send(path, init) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(origin + path, { redirect: 'manual', ...init, headers: { cookie } })
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)
      jar.set(name, value)
    }
    return response
  }
  return {
    send,
    async json(path) {
      const response = await send(path)
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return response.json()
    },
  }
}
