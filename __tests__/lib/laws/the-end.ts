import { ensureFreshToken } from '../../../lib/server'
import type { Route } from '../../support/auth-server'
import type { BackendKind } from '../../support/backend-kind'
import { DUE, LATER, sessionCookies, useScene } from './scene'

const OVER = { error: 'RefreshAccessTokenError' }
const token: Route = async (req, res, authOptions) => res.json(await ensureFreshToken(req, res, authOptions))

/** Laws 4 and 7: what ends a session, and that it ends for good. */
export function theEndIsProvenAndFinal(kind: BackendKind): void {
  const scene = useScene(kind, { refresh: { retries: 0 }, routes: { '/api/token': token } })

  describe('a revoked family', () => {
    beforeEach(() => {
      scene.server.backend.revoke()
      scene.clock.pass(DUE)
    })

    it('ends the session, once and for all', async () => {
      const session = await scene.browser.session()
      expect(session).toMatchObject(OVER)
      expect(session).not.toHaveProperty('accessToken')
      expect(scene.events.map(({ type }) => type)).toEqual(['refresh-started', 'refresh-refused'])
    })

    it('is asked about no more, whatever cookie comes', async () => {
      const { browser, clock, server } = scene
      const old = new Map(browser.cookies)
      await browser.session()
      clock.pass(LATER)
      for (let count = 0; count < 5; count += 1) {
        expect(await browser.session()).toMatchObject(OVER)
        expect(await browser.session({ cookies: old, losesCookies: true })).toMatchObject(OVER)
      }
      expect(server.backend.counters.refreshes).toBe(1)
    })

    it('leaves the server without a token, and the browser without the session’s cookies', async () => {
      const { browser } = scene
      expect((await browser.request('/api/token')).json).toBeNull()
      expect(sessionCookies(browser)).toEqual([])
    })

    it('is forgotten when the user signs in again', async () => {
      const { browser } = scene
      await browser.session()
      await browser.signIn()
      const session = await browser.session()
      expect(session['error']).toBeUndefined()
      expect(session['accessToken']).toEqual(expect.any(String))
    })
  })

  it('ends at the refresh token’s own expiry, without asking', async () => {
    await scene.start({ backend: { refreshTokenLifetime: 100 } })
    const { browser, clock, server, events } = scene
    clock.pass(101)
    expect(await browser.session()).toMatchObject(OVER)
    expect(server.backend.counters.refreshes).toBe(0)
    expect(events).toContainEqual(expect.objectContaining({ type: 'refresh-refused', code: 'expired' }))
  })
}
