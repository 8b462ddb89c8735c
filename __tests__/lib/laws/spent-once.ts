import { getServerSession } from 'next-auth'
import { ensureFreshToken } from '../../../lib/server'
import type { Route } from '../../support/auth-server'
import type { BackendKind } from '../../support/backend-kind'
import { DUE, heldToken, times, useScene } from './scene'

const twice: Route = async (req, res, authOptions) => {
  const first = await getServerSession(req, res, authOptions)
  const second = await getServerSession(req, res, authOptions)
  res.json([first, second])
}
const everyWay: Route = async (req, res, authOptions) => {
  res.setHeader('Set-Cookie', ['theirs=1; Path=/'])
  const [first, second] = await Promise.all([
    ensureFreshToken(req, res, authOptions),
    ensureFreshToken(req, res, authOptions),
  ])
  const third = await ensureFreshToken(req, res, authOptions)
  const session = (await getServerSession(req, res, authOptions)) as { accessToken?: string }
  res.json([first?.accessToken, second?.accessToken, third?.accessToken, session.accessToken])
}

/** Law 1: a refresh token is presented once, however many hold it. */
export function spentOnce(kind: BackendKind): void {
  const scene = useScene(kind, { routes: { '/api/twice': twice, '/api/every-way': everyWay } })

  it('refreshes once for 50 concurrent requests, and all get the new token', async () => {
    const { browser, clock, server } = scene
    const before = await browser.session()
    clock.pass(DUE)

    const sessions = await times(50, () => browser.session())

    expect(server.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
    expect(new Set(sessions.map((session) => session['accessToken'])).size).toBe(1)
    expect(sessions[0]?.['accessToken']).not.toBe(before['accessToken'])
    expect(sessions.every((session) => session['error'] === undefined)).toBe(true)
  })

  it('refreshes once for 50 concurrent calls of the jwt callback', async () => {
    const { browser, clock, server } = scene
    const token = await heldToken(browser)
    clock.pass(DUE)

    const renewed = await times(50, async () => server.authOptions.callbacks?.jwt?.({ token, user: undefined as never, account: null }))

    expect(server.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
    expect(new Set(renewed.map((jwt) => jwt?.accessToken)).size).toBe(1)
    expect(renewed[0]?.accessToken).not.toBe(token.accessToken)
  })

  it('leaves a token alone before the window opens', async () => {
    const { browser, clock, server } = scene
    const before = await browser.session()
    clock.pass(25)
    expect((await browser.session())['accessToken']).toBe(before['accessToken'])
    expect(server.backend.counters.refreshes).toBe(0)
  })

  it('refreshes once for two reads in one request', async () => {
    const { browser, clock, server } = scene
    clock.pass(DUE)
    const [first, second] = (await browser.request('/api/twice')).json as Record<string, unknown>[]
    expect(first?.['accessToken']).toBe(second?.['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
    expect((await browser.session())['accessToken']).toBe(first?.['accessToken'])
  })

  it('reads the session once a request, and later readers in it see the new one', async () => {
    const { browser, clock, server } = scene
    clock.pass(DUE)
    const answer = await browser.request('/api/every-way')
    const tokens = answer.json as string[]
    expect(tokens[0]).toEqual(expect.any(String))
    expect(new Set(tokens).size).toBe(1)
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0 })
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toContainEqual('theirs=1; Path=/')
    // One from ours, one from the app's own getServerSession.
    expect(cookies.filter((cookie) => cookie.includes('session-token'))).toHaveLength(2)
  })

  it('renews once for 20 tabs that the backend has answered 401 before the token’s time', async () => {
    const { browser, clock, server } = scene
    const before = await browser.session()
    clock.pass(6)
    const { csrfToken } = (await browser.request('/api/auth/csrf')).json as { csrfToken: string }
    const json = { csrfToken, data: { tokenRefresh: { renew: 0 } } }
    const answers = await times(20, () => browser.request('/api/auth/session', { method: 'POST', json }))
    const tokens = new Set(answers.map((answer) => (answer.json as { accessToken: string }).accessToken))
    expect(tokens.size).toBe(1)
    expect(tokens).not.toContain(before['accessToken'])
    expect(server.backend.counters).toMatchObject({ refreshes: 1, renewed: 1, reuses: 0 })
  })

  it('presents each refresh token of a long session once', async () => {
    const { browser, clock, server } = scene
    for (let generation = 1; generation <= 5; generation += 1) {
      clock.pass(DUE)
      const sessions = await times(5, () => browser.session())
      expect(sessions.map(({ tokenRefresh }) => tokenRefresh)).toEqual(
        sessions.map(() => expect.objectContaining({ generation })),
      )
    }
    expect(server.backend.counters).toMatchObject({ refreshes: 5, renewed: 5, refused: 0 })
    expect(server.backend.presentations()).toBe(1)
  })
}
