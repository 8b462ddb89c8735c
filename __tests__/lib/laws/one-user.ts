import { ensureFreshToken } from '../../../lib/server'
import type { Route } from '../../support/auth-server'
import type { BackendKind } from '../../support/backend-kind'
import { DUE, useScene } from './scene'

const token: Route = async (req, res, authOptions) => res.json(await ensureFreshToken(req, res, authOptions))

const ADA = { email: 'ada@example.com', password: 'correct-horse' }
const GRACE = { email: 'grace@example.com', password: 'battery-staple' }

/** Law 11, and who a user is: nobody gets another's token, and the roles of the backend reach the app. */
export function eachUserIsThemselves(kind: BackendKind): void {
  const scene = useScene(kind, { routes: { '/api/token': token } })

  it('renews each user’s own token when all come at once', async () => {
    const { server, clock } = scene
    const users = await Promise.all(
      [ADA, GRACE, ADA, GRACE].map(async (credentials) => {
        const browser = server.browser()
        await browser.signIn(credentials)
        return { browser, email: credentials.email }
      }),
    )
    clock.pass(DUE)
    const seen = await Promise.all(
      users.map(async ({ browser, email }) => {
        const { accessToken, user } = (await browser.session()) as { accessToken: string; user: { email: string } }
        expect(user.email).toBe(email)
        return accessToken
      }),
    )
    const subjects = seen.map((jwt) => (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub)
    expect(subjects).toEqual(['1', '2', '1', '2'])
    expect(new Set(seen).size).toBe(4)
    expect(server.backend.counters).toMatchObject({ refreshes: 4, renewed: 4, refused: 0 })
  })

  it('gives the server a token that the backend takes, renewed first where that is due', async () => {
    const { browser, clock, server } = scene
    const before = (await browser.request('/api/token')).json as { accessToken: string; session: unknown }
    expect(before).toMatchObject({ accessToken: expect.any(String), session: { user: { email: ADA.email } } })
    clock.pass(DUE)
    const after = (await browser.request('/api/token')).json as { accessToken: string }
    expect(after.accessToken).not.toBe(before.accessToken)
    expect((await browser.session())['accessToken']).toBe(after.accessToken)
    const me = await server.backend.handle({ method: 'GET', url: '/users/me', headers: { authorization: `Bearer ${after.accessToken}` } })
    expect(JSON.parse(me.body)).toMatchObject({ email: ADA.email })
    expect(server.backend.counters).toMatchObject({ refreshes: 1, reuses: 0, unauthorized: 0 })
  })

  it('puts the roles into the session, and keeps them through a renewal', async () => {
    const { browser, clock } = scene
    expect(await browser.session()).toMatchObject({ user: { roles: ['admin'] } })
    clock.pass(DUE)
    expect(await browser.session()).toMatchObject({ user: { roles: ['admin'] }, tokenRefresh: { generation: 1 } })
  })

  it('lets the app refuse a user for their roles', async () => {
    const signIn = ({ user }: { user: object }) => ((user as { roles?: string[] }).roles ?? []).includes('admin')
    await scene.start({ auth: { callbacks: { signIn } } })
    expect(await scene.browser.session()).toMatchObject({ user: { email: ADA.email } })
    const other = scene.server.browser()
    await other.signIn(GRACE)
    expect(await other.session()).toEqual({})
  })

  it('signs nobody in with wrong credentials', async () => {
    const browser = scene.server.browser()
    await browser.signIn({ ...ADA, password: 'wrong' })
    expect(await browser.session()).toEqual({})
    expect(scene.server.backend.counters.logins).toBe(2)
  })

  it('signs nobody in while the backend has no word on who they are', async () => {
    const browser = scene.server.browser()
    scene.server.backend.inject({ kind: 'unavailable', path: 'login' })
    await browser.signIn()
    expect(await browser.session()).toEqual({})
  })
}
