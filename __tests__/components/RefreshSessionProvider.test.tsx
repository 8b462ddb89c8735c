import { act, render, screen } from '@testing-library/react'
import { useSession } from 'next-auth/react'
import { useState, type ReactElement } from 'react'
import { RefreshSessionProvider } from '../../components'
import { againstLoops, inFakeTime, pass, START, startSessionServer } from './session-server'

inFakeTime()

function Name(): ReactElement {
  return <p>{useSession().data?.user?.name ?? 'nobody'}</p>
}

it('gives its children the session', () => {
  const server = startSessionServer()
  render(
    <RefreshSessionProvider session={server.session()}>
      <Name />
    </RefreshSessionProvider>,
  )
  expect(screen.getByText('Ada')).toBeTruthy()
})

it('fetches the session where it is given none', async () => {
  startSessionServer()
  render(
    <RefreshSessionProvider>
      <Name />
    </RefreshSessionProvider>,
  )
  expect(screen.getByText('nobody')).toBeTruthy()
  await pass(100)
  expect(screen.getByText('Ada')).toBeTruthy()
})

it('hands the props of SessionProvider on', async () => {
  const server = startSessionServer()
  render(
    <RefreshSessionProvider session={server.session()} refetchOnWindowFocus refetchWhenOffline={false}>
      {null}
    </RefreshSessionProvider>,
  )
  await pass(10_000)
  document.dispatchEvent(new Event('visibilitychange'))
  await pass(10_000)
  expect(server.polls()).toMatchObject([{ phase: 'fresh' }])

  jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  act(() => void window.dispatchEvent(new Event('offline')))
  await pass(280_000)
  expect(server.polls()).toMatchObject([{ phase: 'fresh' }])
})

describe('onSchedule', () => {
  it('is told when the next poll is due, each time that one is planned', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0)
    const server = startSessionServer()
    const told: [number, number][] = []
    const { unmount } = render(
      <RefreshSessionProvider session={server.session()} onSchedule={(seconds) => told.push([server.now() - START, seconds])}>
        {null}
      </RefreshSessionProvider>,
    )
    await pass(300_000)
    unmount()
    expect(told).toEqual([
      [0, 228.75],
      [228_770, 228.75],
      [300_000, 0],
    ])
  })

  it('may render its parent, which makes no loop', async () => {
    const server = startSessionServer()
    const session = server.session()
    let renders = 0
    function App(): ReactElement {
      const [due, setDue] = useState(0)
      const [guard] = useState(againstLoops)
      guard()
      renders += 1
      return (
        <RefreshSessionProvider session={session} onSchedule={(seconds) => setDue(server.now() + seconds * 1000)}>
          <p>{due >= server.opensAt() ? 'inside the window' : 'outside'}</p>
        </RefreshSessionProvider>
      )
    }
    render(<App />)
    expect(screen.getByText('inside the window')).toBeTruthy()
    await pass(900_000)
    expect(server.phases()).toEqual(['due', 'due', 'due'])
    expect(renders).toBeLessThanOrEqual(8)
  })
})
