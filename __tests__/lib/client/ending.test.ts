import { endSession, forgetEnding } from '../../../lib/client/ending'

const OVER = { error: 'RefreshAccessTokenError', user: {} }

let session: unknown
let isDown: boolean
let refetches: number
let signOut: jest.Mock<Promise<unknown>>

const onStorage = () => (refetches += 1)
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

beforeEach(() => {
  session = OVER
  isDown = false
  refetches = 0
  signOut = jest.fn(async () => undefined)
  globalThis.fetch = async () => {
    if (isDown) throw new TypeError('Failed to fetch')
    return { ok: true, json: async () => session } as Response
  }
  addEventListener('storage', onStorage)
})
afterEach(() => {
  forgetEnding()
  removeEventListener('storage', onStorage)
})

it('signs out of a session that is over once, however many ask, and tells each', async () => {
  const told = [jest.fn(), jest.fn()]
  for (const onEnd of told) endSession(signOut, onEnd)
  await settle()
  expect(signOut).toHaveBeenCalledTimes(1)
  for (const onEnd of told) expect(onEnd).toHaveBeenCalledTimes(1)
})

it.each([
  ['another tab has signed out already', {}],
  ['somebody has signed in meanwhile', { user: { name: 'Grace' } }],
])('signs nobody out where %s, and has the page look again', async (_, known) => {
  session = known
  endSession(signOut, () => {})
  await settle()
  expect(signOut).not.toHaveBeenCalled()
  expect(refetches).toBe(1)
})

it('tries the sign-out where the server does not say how it stands, and ends also where that fails', async () => {
  isDown = true
  signOut.mockRejectedValue(new TypeError('Failed to fetch'))
  const onEnd = jest.fn()
  endSession(signOut, onEnd)
  await settle()
  expect(signOut).toHaveBeenCalledTimes(1)
  expect(onEnd).toHaveBeenCalledTimes(1)
})

it('signs out in one of several tabs, and the others find it done', async () => {
  let last = Promise.resolve()
  const request = (_: string, run: () => Promise<void>) => (last = last.then(run))
  Object.defineProperty(navigator, 'locks', { value: { request }, configurable: true })
  signOut.mockImplementation(async () => (session = {}))
  const tabs: (typeof endSession)[] = []
  while (tabs.length < 3) {
    await jest.isolateModulesAsync(async () => {
      const tab = await import('../../../lib/client/ending')
      tabs.push(tab.endSession)
    })
  }
  const told = tabs.map(() => jest.fn())
  tabs.forEach((endThere, at) => endThere(signOut, told[at]!))
  await new Promise((resolve) => setTimeout(resolve))
  Reflect.deleteProperty(navigator, 'locks')
  expect(signOut).toHaveBeenCalledTimes(1)
  for (const onEnd of told) expect(onEnd).toHaveBeenCalledTimes(1)
  expect(refetches).toBe(2)
})

it('tells nobody who has left', async () => {
  const onEnd = jest.fn()
  endSession(signOut, onEnd)()
  await settle()
  expect(onEnd).not.toHaveBeenCalled()
})

it('signs out again only once a live session was seen in between', async () => {
  endSession(signOut, () => {})
  await settle()
  endSession(signOut, () => {})
  await settle()
  expect(signOut).toHaveBeenCalledTimes(1)
  forgetEnding()
  endSession(signOut, () => {})
  await settle()
  expect(signOut).toHaveBeenCalledTimes(2)
})
