import { setTimeout as delay } from 'node:timers/promises'
import type { BackendKind } from '../../support/backend-kind'
import { DUE, useScene } from './scene'

/** Laws 5 and 9: a backend that hangs delays nobody by more than 3 s. Both are waited for at once. */
export function hangingDelaysNobodyForLong(kind: BackendKind): void {
  const scene = useScene(kind, { refresh: { retries: 0 } })

  it('serves the valid token after 3 s, and the next request adopts the result; signs out after 3 s', async () => {
    const { browser, clock, server, events } = scene
    const leaving = server.browser()
    await leaving.signIn()
    const before = await browser.session()
    clock.pass(DUE)
    server.backend.inject({ kind: 'slow', delay: 4.5 })
    server.backend.inject({ kind: 'hang', path: 'logout' })

    const startedAt = performance.now()
    const [[during, waited], signedOutAfter] = await Promise.all([
      browser.session().then((session) => [session, performance.now() - startedAt] as const),
      leaving.signOut().then(() => performance.now() - startedAt),
    ])
    expect(waited).toBeLessThan(4_300)
    expect(during['accessToken']).toBe(before['accessToken'])
    expect(signedOutAfter).toBeLessThan(6_000)
    expect(await leaving.session()).toEqual({})

    while (!events.some(({ type }) => type === 'refresh-renewed')) await delay(50)
    const after = await browser.session()
    expect(after['accessToken']).not.toBe(before['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
  }, 15_000)
}
