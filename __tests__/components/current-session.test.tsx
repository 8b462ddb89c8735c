import { act, render } from '@testing-library/react'
import { SessionProvider, signOut } from 'next-auth/react'
import { StrictMode, type ReactElement } from 'react'
import { RefreshSessionProvider, RefreshTokenHandler } from '../../components'
import { page } from '../../lib/client/page'
import { inFakeTime, LATENCY, pass, startSessionServer, tellOfSession } from './session-server'

inFakeTime()

const told = () => page.session as { user: { name: string }; accessToken?: string; error?: string } | null | undefined
const handler = <RefreshTokenHandler setInterval={() => {}} />

function show(session: ReturnType<typeof startSessionServer>, isStrict = false): ReturnType<typeof render> {
  const app: ReactElement = <RefreshSessionProvider session={session.session()}>{null}</RefreshSessionProvider>
  return render(isStrict ? <StrictMode>{app}</StrictMode> : app)
}

it('is told with the page, and again with each renewal', async () => {
  const server = startSessionServer()
  show(server, true)
  expect(told()?.accessToken).toBe('token-0')
  await pass(300_000)
  expect(told()?.accessToken).toBe('token-1')
})

it('is unknown while the session loads, and when nobody tells any more', async () => {
  startSessionServer()
  const { unmount } = render(<SessionProvider>{handler}</SessionProvider>)
  expect(told()).toBeUndefined()
  await pass(LATENCY)
  expect(told()?.accessToken).toBe('token-0')
  unmount()
  expect(told()).toBeUndefined()
})

it('is null for a visitor who is signed out', () => {
  startSessionServer().is.signedIn = false
  render(<SessionProvider session={null}>{handler}</SessionProvider>)
  expect(told()).toBeNull()
})

it('outlives a failed session request beside a plain provider', async () => {
  const server = startSessionServer()
  render(<SessionProvider session={server.session()}>{handler}</SessionProvider>)
  server.is.offline = true
  act(tellOfSession)
  await pass(10_000)
  expect(told()?.accessToken).toBe('token-0')
})

it('is forgotten at sign-out', async () => {
  const server = startSessionServer()
  show(server)
  void signOut({ redirect: false })
  await pass(10 * LATENCY)
  expect(told()).toBeNull()
})

it('is that of the user who signs in next', async () => {
  const server = startSessionServer()
  show(server)
  server.signIn()
  act(tellOfSession)
  await pass(10 * LATENCY)
  expect(told()).toMatchObject({ tokenRefresh: { session: server.session().tokenRefresh?.session } })
})
