import { setTimeout as delay } from 'node:timers/promises'
import type { BackendKind } from '../../support/backend-kind'
import { createGate, DUE, heldToken, recordRequests, sessionCookies, useScene } from './scene'

/** Law 9: sign-out wins. */
export function signOutWins(kind: BackendKind): void {
  const gate = createGate()
  const scene = useScene(kind, { auth: { callbacks: { session: gate.session } } })

  it('revokes the newest token of the chain, also from an old cookie', async () => {
    const { browser, clock, server, events } = scene
    const old = new Map(browser.cookies)
    clock.pass(DUE)
    await browser.session()
    const { refreshToken } = await heldToken(browser)
    for (const [name, value] of old) browser.cookies.set(name, value)

    const sent = recordRequests()
    await browser.signOut()
    expect(server.backend.counters.logouts).toBe(1)
    expect(sent.filter(({ text }) => text.includes(String(refreshToken)))).toHaveLength(1)
    expect(events.map(({ type }) => type)).toContain('signed-out')
    // Nothing is left to refresh with, and nobody tries.
    clock.pass(DUE)
    const zombie = await browser.session({ cookies: old })
    expect(zombie).toMatchObject({ error: 'RefreshAccessTokenError' })
    expect(server.backend.counters.refreshes).toBe(1)
  })

  it.each([
    ['with the token it had', 0],
    ['with a new one', DUE],
  ])('is not undone by a session response that was under way %s', async (_, seconds) => {
    const { browser, clock } = scene
    clock.pass(seconds)
    const held = gate.holdNext()
    const underWay = browser.session()
    await held.reached
    await browser.signOut()
    held.release()
    await underWay
    expect(sessionCookies(browser)).toEqual([])
    expect(await browser.session()).toEqual({})
  })

  it('revokes the tokens of a renewal that was under way', async () => {
    const { browser, clock, server } = scene
    clock.pass(DUE)
    server.backend.inject({ kind: 'slow', delay: 0.6 })
    const underWay = browser.session({ losesCookies: true })
    await delay(200)
    await browser.signOut()
    await underWay
    expect(server.backend.counters).toMatchObject({ renewed: 1, logouts: 1 })
  })

  it('ends the refresh token at the backend', async () => {
    const { browser, server } = scene
    const { refreshToken } = await heldToken(browser)
    await browser.signOut()
    const { status } = await server.backend.handle({ method: 'POST', url: '/auth/refreshToken', body: { token: refreshToken } })
    expect(status).toBe(401)
  })

  it('succeeds when the backend is away, and says so in an event', async () => {
    const { browser, server, events } = scene
    server.backend.inject({ kind: 'reset', path: 'logout', times: Infinity })
    const { status } = await browser.signOut()
    expect(status).toBe(200)
    expect(await browser.session()).toEqual({})
    expect(events.map(({ type }) => type)).toContain('revocation-failed')
  })
}
