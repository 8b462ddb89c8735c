import { memoryCoordinator } from '../../../lib'
import type { BackendKind } from '../../support/backend-kind'
import { DUE, EXPIRED, heldToken, LATER, useScene } from './scene'

const passingFaults = [
  { kind: 'unavailable' },
  { kind: 'rate-limited', retryAfter: 20 },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'hang' },
] as const

/** Laws 4 to 7: what a backend's trouble costs, and that it heals. */
export function troubleCostsNobodyTheirSession(kind: BackendKind): void {
  describe.each(passingFaults)('a backend that is $kind', (fault) => {
    const scene = useScene(kind, { refresh: { timeout: 1, retries: 0 } })

    it('costs nothing while the token is valid', async () => {
      const { browser, clock, server } = scene
      const before = await browser.session()
      clock.pass(DUE)
      server.backend.inject({ ...fault, times: Infinity })
      const during = await browser.session()
      expect(during).toMatchObject({ accessToken: before['accessToken'] })
      expect(during['error']).toBeUndefined()
    })

    it('does not end the session when it lasts beyond the token, and heals without a trace', async () => {
      const { browser, clock, server } = scene
      server.backend.inject({ ...fault, times: Infinity })
      clock.pass(EXPIRED)
      const during = await browser.session()
      expect(during['error']).toBeUndefined()
      expect(during['user']).toBeDefined()

      server.backend.clearFaults()
      clock.pass(LATER)
      const after = await browser.session()
      expect(after['error']).toBeUndefined()
      expect(Number(after['accessTokenExpiry'])).toBeGreaterThan(Date.now())
      expect(after['tokenRefresh']).toMatchObject({ generation: 1 })
      expect(after['tokenRefresh']).not.toHaveProperty('retryAt')
    })

    it('is not asked again by every request', async () => {
      const { browser, clock, server } = scene
      server.backend.inject({ ...fault, times: Infinity })
      clock.pass(EXPIRED)
      clock.stop()
      await browser.session()
      for (let count = 0; count < 20; count += 1) await browser.session()
      expect(server.backend.counters.refreshes).toBe(1)
    })
  })

  describe('a jwt callback', () => {
    const scene = useScene(kind, { refresh: { retries: 0 } })

    // A hanging backend ends as one that is unavailable, only later.
    it.each(passingFaults.filter((fault) => fault.kind !== 'hang'))('gives the token it has while the backend is $kind', async (fault) => {
      const { browser, clock, server } = scene
      const token = await heldToken(browser)
      clock.pass(EXPIRED)
      server.backend.inject({ ...fault, times: Infinity })
      const given = await server.authOptions.callbacks?.jwt?.({ token, user: undefined as never, account: null })
      expect(given).toMatchObject({ accessToken: token.accessToken, refreshToken: token.refreshToken })
      expect(given).not.toHaveProperty('error')
    })

    it('never throws, and keeps the session, while nobody can make a refresh happen once', async () => {
      const away = () => Promise.reject(new Error('away'))
      await scene.start({ refresh: { coordinator: { ...memoryCoordinator(), once: away } } })
      const { browser, clock } = scene
      clock.pass(EXPIRED)
      const session = await browser.session()
      expect(session['user']).toBeDefined()
      expect(session['error']).toBeUndefined()
      expect(await browser.session()).toMatchObject({ user: session['user'] })
    })
  })

  describe('a backend in trouble', () => {
    const scene = useScene(kind, { refresh: { retries: 0 } })

    it('tells the client when the next try is worth it, and not before the backend wants it', async () => {
      const { browser, clock, server } = scene
      server.backend.inject({ kind: 'rate-limited', retryAfter: 20 })
      clock.pass(DUE)
      const { tokenRefresh } = (await browser.session()) as { tokenRefresh: { retryAt: number } }
      expect(tokenRefresh.retryAt).toBeGreaterThanOrEqual(Date.now() + 19_000)
    })

    it('tries again in the same request while that may help', async () => {
      await scene.start({ refresh: { retries: 2 } })
      const { browser, clock, server } = scene
      clock.pass(EXPIRED)
      server.backend.inject({ kind: 'unavailable', times: 2 })
      expect(await browser.session()).toMatchObject({ tokenRefresh: { generation: 1 } })
      expect(server.backend.counters).toMatchObject({ refreshes: 3, renewed: 1 })
    })

    it('survives a lost response where the backend has a grace', async () => {
      await scene.start({ backend: { grace: 10 }, refresh: { retries: 2 } })
      const { browser, clock, server } = scene
      clock.pass(DUE)
      server.backend.inject({ kind: 'lost' })
      const session = await browser.session()
      expect(session['error']).toBeUndefined()
      expect(session['tokenRefresh']).toMatchObject({ generation: 1 })
    })
  })
}
