import { redisCoordinator, type NodeRedisClient, type RedisCoordinatorOptions } from '../../../lib/redis'
import { newKey, newSuccessor } from '../../support/redis-coordinators'

type Reply = () => Promise<unknown>

const fails: Reply = async () => Promise.reject(new Error('READONLY You can’t write against a read only replica.'))
const succeeds: Reply = async () => 1
const hangs: Reply = () => new Promise(() => {})

let reply: Reply
let sent: { at: number; script: string; args: string[] }[]
let events: { type: string; at: number }[]
let startedAt: number

/** A client whose Redis does what the test says, under a clock that the test moves. */
function createCoordinator(options: Partial<RedisCoordinatorOptions> = {}) {
  const client: NodeRedisClient = {
    sendCommand: () => {},
    eval(script, options) {
      sent.push({ at: Date.now() - startedAt, script, args: options.arguments })
      return reply()
    },
  }
  const coordinator = redisCoordinator({ client, scope: String(Math.random()), ...options })
  coordinator.observe?.(({ type }) => events.push({ type, at: Date.now() - startedAt }))
  return coordinator
}

beforeEach(() => {
  jest.useFakeTimers()
  startedAt = Date.now()
  sent = []
  events = []
})
afterEach(() => jest.useRealTimers())

it('tries again after 1 s, then ever less often, up to every 30 s, whatever is asked meanwhile', async () => {
  reply = fails
  const coordinator = createCoordinator()
  await coordinator.hasEnded('session')
  sent = []
  for (let second = 0; second < 130; second += 1) {
    await coordinator.hasEnded('session')
    await coordinator.once(newKey(), async () => {})
    await jest.advanceTimersByTimeAsync(1_000)
  }
  expect(sent.map(({ at }) => at / 1_000)).toEqual([1, 3, 7, 15, 31, 61, 91, 121])
  expect(events).toEqual([{ type: 'coordinator-degraded', at: 0 }])

  reply = succeeds
  await jest.advanceTimersByTimeAsync(30_000)
  expect(events[1]).toEqual({ type: 'coordinator-restored', at: 151_000 })
})

it('counts an outage that follows soon as the same, and one after a calm as a new one', async () => {
  const coordinator = createCoordinator()
  const failOnce = async () => {
    reply = fails
    await coordinator.hasEnded('session')
    reply = succeeds
    const { at } = events.at(-1) ?? { at: NaN }
    const count = events.length
    while (events.length === count) await jest.advanceTimersByTimeAsync(100)
    return (events.at(-1)?.at ?? NaN) - at
  }
  expect(await failOnce()).toBe(1_000)
  expect(await failOnce()).toBe(2_000)
  expect(await failOnce()).toBe(4_000)
  await jest.advanceTimersByTimeAsync(30_000)
  expect(await failOnce()).toBe(1_000)
})

it('waits for a reply no longer than it should, also on the way back', async () => {
  reply = hangs
  const coordinator = createCoordinator()
  const asked = coordinator.hasEnded('session')
  await jest.advanceTimersByTimeAsync(499)
  expect(events).toEqual([])
  await jest.advanceTimersByTimeAsync(1)
  expect(await asked).toBe(false)
  // A pause of 1 s, half a second for the reply, a pause of 2 s.
  await jest.advanceTimersByTimeAsync(3_500)
  expect(sent.map(({ at }) => at)).toEqual([0, 1_500, 4_000])
})

it('takes late news of an outage that is over for no new one', async () => {
  reply = hangs
  const coordinator = createCoordinator({ commandTimeout: 5 })
  const asked = coordinator.hasEnded('session')
  reply = fails
  await coordinator.hasEnded('session')
  reply = succeeds
  await jest.advanceTimersByTimeAsync(1_000)
  expect(events).toHaveLength(2)
  await jest.advanceTimersByTimeAsync(10_000)
  expect(await asked).toBe(false)
  expect(events).toHaveLength(2)
})

it.each([[undefined], ['PONG'], [[]], [{}], [null]])('takes %j for no answer', async (answer) => {
  reply = async () => answer
  const coordinator = createCoordinator()
  expect(await coordinator.once(newKey(), async () => 'run')).toBe('run')
  expect(events).toMatchObject([{ type: 'coordinator-degraded' }])
})

it('stays away until Redis has taken every write', async () => {
  reply = fails
  const coordinator = createCoordinator()
  for (let generation = 1; generation <= 5; generation += 1) {
    await coordinator.rememberSuccessor(newKey(), newSuccessor(generation), 60_000)
  }
  sent = []
  reply = async () => (sent.length <= 3 ? 1 : fails())
  await jest.advanceTimersByTimeAsync(1_000)
  expect(events).toHaveLength(1)
  sent = []
  reply = succeeds
  await jest.advanceTimersByTimeAsync(2_000)
  expect(events[1]).toMatchObject({ type: 'coordinator-restored' })
  expect(new Set(sent.map(({ args }) => args[0])).size).toBe(6)
  expect(sent).toHaveLength(6)
})

it('writes what comes in while it writes the rest', async () => {
  reply = fails
  const coordinator = createCoordinator()
  await coordinator.endSession('early', 60_000)
  sent = []
  let late: Promise<void> | undefined
  reply = async () => {
    if (sent.length === 2) late = coordinator.endSession('late', 60_000)
    return 1
  }
  await jest.advanceTimersByTimeAsync(1_000)
  await late
  expect(sent).toHaveLength(3)
  expect(events).toHaveLength(2)
})

it('remembers only so much for a Redis that is away', async () => {
  reply = fails
  const coordinator = createCoordinator({ maxEntries: 10 })
  for (let count = 0; count < 50; count += 1) await coordinator.endSession(`session ${count}`, 60_000)
  sent = []
  reply = succeeds
  await jest.advanceTimersByTimeAsync(1_000)
  expect(sent).toHaveLength(11)
})
