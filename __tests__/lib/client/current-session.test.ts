import { page, tellSession } from '../../../lib/client/page'
import { adoptSession, currentSession, onSession, userOf } from '../../../lib/client/current-session'

const session = (name: string, generation: number, serverTime = 1_000) => ({
  user: { email: 'ada@example.com' },
  tokenRefresh: { session: name, generation, serverTime },
})
const generation = () => (currentSession() as ReturnType<typeof session> | null | undefined)?.tokenRefresh?.generation

afterEach(() => tellSession())

it('takes an answer that is newer than what was told, and keeps it until one as new is told', () => {
  tellSession(session('a', 1))
  adoptSession(session('a', 2))
  expect(generation()).toBe(2)
  tellSession(session('a', 1, 9_000))
  expect(generation()).toBe(2)
  tellSession(session('a', 3))
  expect(generation()).toBe(3)
})

it('takes no answer that is older than the one it has', () => {
  tellSession(session('a', 1))
  adoptSession(session('a', 3))
  adoptSession(session('a', 2))
  expect(generation()).toBe(3)
})

it('takes no answer of another user, nor one after the sign-out, nor keeps one for the next sign-in', () => {
  tellSession(session('a', 1))
  adoptSession(session('b', 2))
  expect(currentSession()).toMatchObject({ tokenRefresh: { session: 'a' } })
  adoptSession(session('a', 2))
  tellSession(null)
  expect(currentSession()).toBeNull()
  adoptSession(session('a', 3))
  expect(currentSession()).toBeNull()
  tellSession(session('b', 0))
  expect(currentSession()).toMatchObject({ tokenRefresh: { session: 'b', generation: 0 } })
})

it('belongs to whoever signs in without a sign-out in between, whatever the clocks say', () => {
  tellSession(session('a', 1, 9_000))
  adoptSession(session('a', 2, 9_000))
  tellSession(session('b', 0, 1_000))
  expect(currentSession()).toMatchObject({ tokenRefresh: { session: 'b' } })
})

it('counts the age of an answer from its arrival', () => {
  const answer = session('a', 2)
  tellSession(session('a', 1))
  adoptSession(answer)
  expect(page.arrivals.has(answer)).toBe(true)
})

it('goes by the last word on sessions without a name', () => {
  const [old, young] = [{ user: { id: 7 }, accessToken: 'old' }, { user: { id: 7 }, accessToken: 'young' }]
  tellSession(old)
  expect(currentSession()).toBe(old)
  adoptSession(young)
  expect(currentSession()).toBe(young)
  const told = { ...old, accessToken: 'told' }
  tellSession(told)
  expect(currentSession()).toBe(told)
})

it('calls back for each change, until it is left', () => {
  const seen: unknown[] = []
  const leave = onSession(() => seen.push(generation()))
  tellSession(session('a', 1))
  const again = currentSession()
  tellSession(again)
  adoptSession(session('a', 2))
  leave()
  tellSession(null)
  expect(seen).toEqual([1, 2])
})

it.each([
  [{ user: { id: 7, email: 'a@example.com' } }, '7'],
  [{ user: { email: 'a@example.com', name: 'Ada' } }, 'a@example.com'],
  [{ user: { name: 'Ada' } }, 'Ada'],
  [{ user: { name: 'Ada' }, tokenRefresh: { session: 'name' } }, 'name'],
  [{}, 'undefined'],
])('calls the user of %j %s', (of, name) => {
  expect(userOf(of)).toBe(name)
})
