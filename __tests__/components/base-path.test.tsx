import { act, render, screen } from '@testing-library/react'
import { SessionProvider, useSession } from 'next-auth/react'
import { useState, type ReactElement } from 'react'
import { RefreshSessionProvider, RefreshTokenHandler, useAuth } from '../../components'
import { browser } from './fake-router'
import { inFakeTime, pass, startSessionServer, tellOfSession } from './session-server'

jest.mock('next/router', () => jest.requireActual('./fake-router'))

inFakeTime()

const BASE = '/app/api/auth'

function Page(): ReactElement {
  const isAuthenticated = useAuth(true)
  return (
    <p>
      {isAuthenticated ? 'in' : 'out'}, {useSession().status}
    </p>
  )
}

function Pieces(): ReactElement {
  const [interval, setInterval] = useState(0)
  return (
    <SessionProvider basePath={BASE} refetchInterval={interval}>
      <RefreshTokenHandler setInterval={setInterval} basePath={BASE} />
      <Page />
    </SessionProvider>
  )
}

// A request to any other path would be a failed one.
describe.each<[name: string, app: ReactElement]>([
  ['RefreshSessionProvider', <RefreshSessionProvider key="" basePath={BASE}><Page /></RefreshSessionProvider>],
  ['RefreshTokenHandler', <Pieces key="" />],
])('next-auth at another path, given to %s', (_, app) => {
  beforeEach(() => browser.open('/here'))

  it('is polled there, asked in doubt, and signed out at', async () => {
    const complain = jest.spyOn(console, 'error').mockImplementation(() => {})
    const server = startSessionServer({ basePath: BASE })
    render(app)
    await pass(700_000)
    expect(server.generation()).toBeGreaterThanOrEqual(2)
    expect(complain).not.toHaveBeenCalled()

    server.is.offline = true
    act(tellOfSession)
    await pass(5_000)
    server.is.offline = false
    await pass(60_000)
    expect(screen.getByText('in, authenticated')).toBeTruthy()
    expect(browser.redirects()).toEqual([])

    server.is.over = true
    act(tellOfSession)
    await pass(5_000)
    expect(server.signOuts()).toHaveLength(1)
    expect(browser.redirects()).toEqual(['/login?callbackUrl=%2Fhere'])
  })
})
