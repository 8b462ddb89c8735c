import { act } from '@testing-library/react'
import { SessionProvider, useSession } from 'next-auth/react'
import { StrictMode, type ReactElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import type * as ReactServer from 'react-dom/server'
import { RefreshSessionProvider, RefreshTokenHandler, RequireAuth, useAccessToken, useAuth } from '../../components'
import { browser } from './fake-router'
import { inFakeTime, startSessionServer } from './session-server'

jest.mock('next/router', () => jest.requireActual('./fake-router'))

inFakeTime()
beforeEach(() => browser.open('/here'))

type Session = ReturnType<ReturnType<typeof startSessionServer>['session']> | null

// jsdom lacks what React's streaming server asks for when it is loaded.
const { renderToString } = jest.requireActual<typeof ReactServer>('react-dom/server.node')

/** As a server renders it: where there is no window, and no effect runs. */
function renderOnServer(app: ReactElement): string {
  const shown = { window: globalThis.window, document: globalThis.document }
  try {
    Object.assign(globalThis, { window: undefined, document: undefined })
    return renderToString(app)
  } finally {
    Object.assign(globalThis, shown)
  }
}

function Page(): ReactElement {
  const isAuthenticated = useAuth(true)
  const { data, status } = useSession()
  return (
    <p>
      {isAuthenticated ? 'in' : 'out'}, {status}, {data?.user?.name}, {useAccessToken()}
    </p>
  )
}

describe.each<[name: string, app: (session: Session) => ReactElement]>([
  [
    'RefreshSessionProvider',
    (session) => (
      <RefreshSessionProvider session={session}>
        <Page />
        <RequireAuth fallback="wait">inside</RequireAuth>
      </RefreshSessionProvider>
    ),
  ],
  [
    'RefreshTokenHandler',
    (session) => (
      <SessionProvider session={session}>
        <RefreshTokenHandler setInterval={() => {}} />
        <Page />
        <RequireAuth fallback="wait">inside</RequireAuth>
      </SessionProvider>
    ),
  ],
])('a page rendered by the server with %s', (_, app) => {
  it.each([
    ['a session', 'in, authenticated, Ada, token-0inside'],
    ['none', 'out, unauthenticated, , wait'],
  ])('is hydrated without a warning: %s', async (what, text) => {
    const complain = jest.spyOn(console, 'error').mockImplementation(() => {})
    const server = startSessionServer()
    server.is.signedIn = what === 'a session'
    const page = <StrictMode>{app(server.is.signedIn ? server.session() : null)}</StrictMode>
    const container = document.body.appendChild(document.createElement('div'))
    container.innerHTML = renderOnServer(page)
    expect(container.textContent).toBe(text)
    expect(server.requests).toEqual([])

    const onRecoverableError = jest.fn()
    const root = await act(() => hydrateRoot(container, page, { onRecoverableError }))
    expect(container.textContent).toBe(text)
    expect(onRecoverableError).not.toHaveBeenCalled()
    expect(complain).not.toHaveBeenCalled()
    act(() => root.unmount())
    container.remove()
  })
})
