import CredentialsProvider from 'next-auth/providers/credentials'
import { RefreshError } from '../../../lib'
import { startAuthServer, type AuthServer } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser } from '../../support/http-browser'

/** Seconds after which a token of 600 s is due. */
const DUE = 500

let clock: Clock
let server: AuthServer
let isLocked: boolean

/** A backend that keeps one refresh token a user, and gives it out at every sign-in and renewal. */
beforeEach(async () => {
  clock = takeClock()
  isLocked = false
  const refreshToken = `the user's own, ${Math.random()}`
  let issued = 0
  const issue = () => ({ accessToken: `access ${(issued += 1)}`, refreshToken, expiresIn: 600 })
  const provider = CredentialsProvider({ credentials: { email: {} }, authorize: async () => ({ id: '1', ...issue() }) })
  const refresh = async () => {
    if (isLocked) throw new RefreshError('refused', 'the account is locked')
    return issue()
  }
  server = await startAuthServer({ auth: { providers: [provider] }, refresh: { refresh } })
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

async function signedIn(): Promise<HttpBrowser> {
  const browser = server.browser()
  await browser.signIn()
  return browser
}

describe('a backend with one refresh token a user', () => {
  it('has a new sign-in keep its access token, and not take an older one of another session', async () => {
    const first = await signedIn()
    clock.pass(DUE)
    expect(await first.session()).toMatchObject({ accessToken: 'access 2' })
    clock.pass(10)
    const second = await signedIn()
    expect(await second.session()).toMatchObject({ accessToken: 'access 3' })
    expect(await first.session()).toMatchObject({ accessToken: 'access 2' })
  })

  it('has a user whose account was locked sign in again, and stay', async () => {
    const before = await signedIn()
    clock.pass(DUE)
    isLocked = true
    expect(await before.session()).toMatchObject({ error: 'RefreshAccessTokenError' })
    isLocked = false
    const after = await signedIn()
    clock.pass(DUE)
    expect(await after.session()).toMatchObject({ accessToken: 'access 3' })
  })
})
