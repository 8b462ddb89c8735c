import { createServerAxios } from '../../../lib/server'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock } from '../../support/clock'
import { cookie } from '../../support/cookie-server'

let server: AuthServer
beforeEach(async () => {
  server = await startAuthServer({ kind: cookie, auth: { logger: { error: () => {}, warn: () => {}, debug: () => {} } } })
})
afterEach(() => server.close())

it('is no half sign-in where the profile fails: no session here, none at the backend', async () => {
  const browser = server.browser()
  server.backend.inject({ kind: 'unavailable', path: 'me' })
  const { json } = await browser.signIn()
  expect(new URL((json as { url: string }).url).searchParams.get('error')).toContain('`users/me`')
  expect(await browser.session()).toEqual({})
  expect(server.backend.counters).toMatchObject({ logins: 1, profiles: 1, logouts: 1, refreshes: 0 })

  await browser.signIn()
  expect(await browser.session()).toMatchObject({ user: { name: 'Ada Lovelace', roles: ['admin'] } })
})

it('asks for the profile at sign-in alone', async () => {
  const browser = server.browser()
  await browser.signIn()
  for (let count = 0; count < 3; count += 1) await browser.session()
  expect(server.backend.counters).toMatchObject({ logins: 1, profiles: 1 })
})

it('gives tokens that the backend takes as a cookie, before and after a renewal', async () => {
  const browser = server.browser()
  server.routes['/api/me'] = async (req, res, authOptions) => {
    const api = createServerAxios({ req, res, authOptions, baseURL: server.backendOrigin, transport: 'cookie' })
    res.json((await api.get('/users/me')).data)
  }
  await browser.signIn()
  const me = async () => (await browser.request('/api/me')).json
  expect(await me()).toMatchObject({ email: 'ada@example.com' })
  const clock = takeClock()
  try {
    clock.pass(40)
    expect(await me()).toMatchObject({ email: 'ada@example.com' })
  } finally {
    clock.restore()
  }
  expect(server.backend.counters).toMatchObject({ refreshes: 1, unauthorized: 0, reuses: 0 })
})
