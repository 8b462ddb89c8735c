import type { BackendKind } from '../../support/backend-kind'
import { createGate, DUE, heldToken, useScene } from './scene'

/** Law 2: the cookie from before a rotation gets the successor. */
export function lateIsFine(kind: BackendKind): void {
  const scene = useScene(kind)

  it('gives the successor to an old cookie', async () => {
    const { browser, clock, server } = scene
    clock.pass(DUE)
    const old = new Map(browser.cookies)
    const renewed = await browser.session()
    const late = await browser.session({ cookies: old, losesCookies: true })
    expect(late['accessToken']).toBe(renewed['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  })

  it('gives the newest token two generations later', async () => {
    const { browser, clock, server } = scene
    const old = new Map(browser.cookies)
    clock.pass(DUE)
    await browser.session()
    clock.pass(DUE)
    const newest = await browser.session()
    const late = await browser.session({ cookies: old })
    expect(late['accessToken']).toBe(newest['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 2, reuses: 0 })
  })

  it('survives a lost Set-Cookie', async () => {
    const { browser, clock, server } = scene
    clock.pass(DUE)
    await browser.session({ losesCookies: true })
    const session = await browser.session()
    expect(session['error']).toBeUndefined()
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  })
}

/** Law 3: an older token set never replaces a newer one. */
export function newerWins(kind: BackendKind): void {
  const gate = createGate()
  const scene = useScene(kind, { auth: { callbacks: { session: gate.session } } })

  it('brings no older token back with a response that was held up', async () => {
    const { browser, clock } = scene
    const held = gate.holdNext()
    const late = browser.session()
    await held.reached
    clock.pass(DUE)
    const renewed = await browser.session()
    expect(renewed).toMatchObject({ tokenRefresh: { generation: 1 } })

    held.release()
    await late
    expect((await heldToken(browser)).accessToken).toBe(renewed['accessToken'])
    expect((await browser.session())['accessToken']).toBe(renewed['accessToken'])
  })
}
