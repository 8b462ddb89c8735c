import { inquire } from '../../../lib/client/inquiry'

let answers: (() => Promise<Response>)[]
let asked: number
let refetches: number
const leaves: (() => void)[] = []

const json = (body: unknown, status = 200) => async () =>
  ({ ok: status < 300, status, json: async () => body }) as Response
const GONE = json({})
const ALIVE = json({ user: {} })
const SILENT = () => Promise.reject(new TypeError('Failed to fetch'))

const begin = () => {
  const onGone = jest.fn()
  const leave = inquire(onGone)
  leaves.push(leave)
  return { onGone, leave }
}
const onStorage = ({ key }: StorageEvent) => {
  if (key === 'nextauth.message') refetches += 1
}

beforeEach(() => {
  jest.useFakeTimers()
  answers = []
  asked = 0
  refetches = 0
  globalThis.fetch = () => {
    asked += 1
    return (answers.shift() ?? SILENT)()
  }
  addEventListener('storage', onStorage)
})
afterEach(() => {
  for (const leave of leaves.splice(0)) leave()
  removeEventListener('storage', onStorage)
  jest.useRealTimers()
})

it('takes only an empty session from a server that is well for the end', async () => {
  answers = [SILENT, json({}, 500), json({}, 429), json(null), json('<html>'), GONE]
  const { onGone } = begin()
  for (let tries = 1; tries <= 5; tries += 1) {
    await jest.advanceTimersByTimeAsync(0)
    expect([asked, onGone.mock.calls.length]).toEqual([tries, 0])
    await jest.advanceTimersToNextTimerAsync()
  }
  expect(asked).toBe(6)
  expect(onGone).toHaveBeenCalledTimes(1)
})

it('asks once for all who wait, and tells each of them', async () => {
  answers = [GONE]
  const all = [begin(), begin(), begin()]
  await jest.advanceTimersByTimeAsync(120_000)
  expect(asked).toBe(1)
  for (const { onGone } of all) expect(onGone).toHaveBeenCalledTimes(1)
})

it('goes on while anyone waits, and stops with the last', async () => {
  const [one, other] = [begin(), begin()]
  await jest.advanceTimersByTimeAsync(1_000)
  one.leave()
  await jest.advanceTimersByTimeAsync(5_000)
  const soFar = asked
  expect(soFar).toBeGreaterThan(2)
  other.leave()
  await jest.advanceTimersByTimeAsync(120_000)
  dispatchEvent(new Event('online'))
  await jest.advanceTimersByTimeAsync(0)
  expect(asked).toBe(soFar)
  expect(jest.getTimerCount()).toBe(0)
})

it('tells nobody who has left while the answer was on its way', async () => {
  answers = [GONE]
  const { onGone, leave } = begin()
  leave()
  const later = begin()
  await jest.advanceTimersByTimeAsync(0)
  expect(onGone).not.toHaveBeenCalled()
  // The answer to the question that was given up is not the answer to the new one, which found no connection.
  expect(asked).toBe(2)
  expect(later.onGone).not.toHaveBeenCalled()
})

it('wakes the client of next-auth up where somebody is signed in', async () => {
  answers = [SILENT, ALIVE]
  const { onGone } = begin()
  await jest.advanceTimersByTimeAsync(0)
  expect(refetches).toBe(0)
  await jest.advanceTimersByTimeAsync(1_000)
  expect([refetches, onGone.mock.calls.length]).toEqual([1, 0])
})

it('asks ever less often, but at least every half minute, and at once when the page comes back', async () => {
  begin()
  await jest.advanceTimersByTimeAsync(300_000)
  const inFiveMinutes = asked
  expect(inFiveMinutes).toBeLessThanOrEqual(30)
  expect(inFiveMinutes).toBeGreaterThanOrEqual(10)
  dispatchEvent(new Event('online'))
  expect(asked).toBe(inFiveMinutes + 1)
  // It is being asked already.
  dispatchEvent(new Event('pageshow'))
  expect(asked).toBe(inFiveMinutes + 1)
})
