import type { JWT } from 'next-auth/jwt'
import type { BackendKind } from '../../support/backend-kind'
import type { Answer } from '../../support/http-browser'
import { DUE, heldSecrets, LATER, leaksOf, recordRequests, useScene } from './scene'

/** Law 10: secrets stay secret. */
export function secretsStaySecret(kind: BackendKind): void {
  let callbacks: 'good' | 'indiscreet' = 'good'
  const indiscreet = (token: JWT) => {
    if (callbacks === 'indiscreet') throw new Error(`can't read ${String(token.accessToken)} or ${String(token.refreshToken)}`)
  }
  const scene = useScene(kind, {
    refresh: { retries: 0, timeout: 1, exposeAccessToken: false },
    auth: {
      callbacks: {
        jwt({ token }) {
          indiscreet(token)
          return token
        },
        session({ session, token }) {
          indiscreet(token)
          return session
        },
      },
    },
  })

  it('writes no token to the log, an event, a URL or the browser, whatever happens', async () => {
    const { browser, clock, server } = scene
    const sent = recordRequests()
    const answers: Answer[] = []
    const secrets = new Set(await heldSecrets(browser))
    const ask = async () => {
      answers.push(await browser.request('/api/auth/session'))
      for (const secret of await heldSecrets(browser)) secrets.add(secret)
    }

    for (const fault of ['unavailable', 'html', 'reset', 'hang'] as const) {
      clock.pass(DUE)
      server.backend.inject({ kind: fault })
      await ask()
      clock.pass(LATER)
      await ask()
    }
    callbacks = 'indiscreet'
    await ask()
    callbacks = 'good'
    server.backend.inject({ kind: 'reset', path: 'logout' })
    answers.push(await browser.signOut())
    await browser.signIn()
    for (const secret of await heldSecrets(browser)) secrets.add(secret)
    server.backend.revoke()
    clock.pass(DUE)
    await ask()

    expect(secrets.size).toBeGreaterThanOrEqual(12)
    expect(scene.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['revocation-failed', 'refresh-refused']))
    expect(scene.written.join()).toContain("can't read [token] or [token]")
    expect(leaksOf([...secrets], { events: scene.events, written: [...scene.written, ...sent.map(({ url }) => url)] })).toEqual([])
    const received = answers.map(({ text, headers }) => text + JSON.stringify([...headers]))
    expect(leaksOf([...secrets], { events: [], written: received })).toEqual([])
  })
}
