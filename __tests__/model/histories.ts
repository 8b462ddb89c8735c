import fc from 'fast-check'
import type { Fault } from '../../lib/testing'
import type { Action, History, Journey, RequestKind, Setting, Step, Wait } from './history'

const oneOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values)

const setting: fc.Arbitrary<Setting> = fc.record({
  deployment: oneOf('one', 'one', 'one', 'shared', 'shared', 'apart'),
  grace: oneOf(0, 0, 10),
  accessTokenLifetime: oneOf(60, 60, 60, 600, 7_200),
  refreshTokenLifetime: oneOf(86_400, 86_400, 14_400),
  retention: oneOf(undefined, undefined, undefined, 30, 3_600),
  retries: oneOf(2, 2, 0),
  exposeAccessToken: oneOf(true, true, false),
  appCallback: oneOf('quiet', 'quiet', 'throws', 'gives nothing'),
  latencies: fc.array(oneOf(0, 1, 5, 20, 300, 1_500), { minLength: 1, maxLength: 6 }),
  seed: fc.nat(),
})

/** Mostly at once, so that requests meet; else to where a token's life changes, or far beyond. */
const wait: fc.Arbitrary<Wait> = fc.oneof(
  { arbitrary: oneOf(0, 0, 1, 10, 400, 2_000, 5_000).map((ms) => ({ ms })), weight: 6 },
  { arbitrary: oneOf(0.55, 0.8, 0.8, 1.05, 1.3).map((lives) => ({ lives })), weight: 4 },
  { arbitrary: oneOf(20_000, 120_000, 2_000_000, 4_000_000).map((ms) => ({ ms })), weight: 1 },
)

const journey: fc.Arbitrary<Journey> = fc.record({
  up: oneOf(0, 0, 0, 5, 300),
  before: oneOf(0, 0, 0, 5, 2_500),
  after: oneOf(0, 0, 0, 5, 1_000),
  down: oneOf(0, 0, 0, 5, 700, 40_000),
  fate: oneOf('arrives', 'arrives', 'arrives', 'arrives', 'is lost', 'is repeated'),
})

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: oneOf('unavailable', 'html', 'reset', 'lost', 'hang'),
    times: oneOf(1, 2, 4, Infinity),
  }),
  fc.record({ kind: fc.constant('rate-limited'), retryAfter: oneOf(1, 3, 20, 1_000), times: oneOf(1, 3) }),
  fc.record({ kind: fc.constant('slow'), delay: oneOf(1, 4, 8, 15), times: oneOf(1, 2) }),
  fc.record({ kind: oneOf('unavailable', 'hang', 'lost'), path: fc.constant('logout') }),
)

const browser = fc.nat({ max: 2 })
const process = fc.nat({ max: 1 })
const kind: fc.Arbitrary<RequestKind> = oneOf(
  'session',
  'session',
  'session',
  'session',
  'update',
  'page',
  'token',
  'renew',
  'rejected',
)

const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: fc.record({ kind, browser, process, journey }), weight: 16 },
  { arbitrary: fc.record({ kind: fc.constant('sign-out'), browser, process, journey }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('sign-in'), browser, process }), weight: 1 },
  { arbitrary: fault.map((drawn) => ({ kind: 'fault' as const, fault: drawn })), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('misconfigured'), times: oneOf(1, 3) }), weight: 1 },
  { arbitrary: fc.constant({ kind: 'clear faults' as const }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('revoke'), browser }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('crash'), process }), weight: 1 },
  { arbitrary: fc.constant({ kind: 'locks lost' as const }), weight: 1 },
)

const step: fc.Arbitrary<Step> = fc.record({ wait, action })

const intoTheWindow = oneOf(0.8, 0.8, 1.05).map((lives) => ({ lives }))
const aMoment = oneOf(0, 0, 1, 10, 400, 2_000, 5_000).map((ms) => ({ ms }))
const visit = fc.record({ kind, browser, process, journey })
const leave = fc.record({ kind: fc.constant('sign-out'), browser, process, journey })
const visitOrLeave = fc.oneof({ arbitrary: visit, weight: 4 }, leave)

/** Several requests of one browser that find its token due, one of which may end the session. */
const crowd: fc.Arbitrary<Step[]> = fc
  .tuple(browser, intoTheWindow, fc.array(fc.tuple(aMoment, visitOrLeave), { minLength: 2, maxLength: 5 }))
  .map(([whose, first, visits]) =>
    visits.map(([moment, visit], at) => ({ wait: at === 0 ? first : moment, action: { ...visit, browser: whose } })),
  )

/** The backend fails for a while, and the browser goes on asking. */
const outage: fc.Arbitrary<Step[]> = fc
  .tuple(
    browser,
    oneOf('unavailable', 'html', 'reset', 'hang'),
    intoTheWindow,
    fc.array(fc.tuple(oneOf(0, 2_000, 10_000, 40_000), visit), { minLength: 2, maxLength: 6, size: 'max' }),
  )
  .map(([whose, fault, first, visits]) => [
    { wait: { ms: 0 }, action: { kind: 'fault', fault: { kind: fault, times: Infinity } } },
    ...visits.map(([ms, visit], at): Step => ({ wait: at === 0 ? first : { ms }, action: { ...visit, browser: whose } })),
    { wait: { ms: 2_000 }, action: { kind: 'clear faults' } },
  ])

/** The store fails over while a process renews slowly, and the other one sets about the same before it is done. */
const failover: fc.Arbitrary<Step[]> = fc
  .tuple(browser, intoTheWindow, oneOf(4, 8), oneOf(0, 400, 2_000), journey, journey)
  .map(([whose, first, delay, ms, one, other]) => {
    const poll = (process: number, how: Journey): Action => ({
      kind: 'session',
      browser: whose,
      process,
      journey: { ...how, up: 0, before: 0 },
    })
    return [
      { wait: { ms: 0 }, action: { kind: 'fault', fault: { kind: 'slow', delay, times: 2 } } },
      { wait: first, action: poll(0, one) },
      { wait: { ms }, action: { kind: 'locks lost' } },
      { wait: { ms: 400 }, action: poll(1, other) },
    ]
  })

/** A page whose last answer was lost hears of a rejected token long after that was replaced. */
const lateRejection: fc.Arbitrary<Step[]> = fc
  .tuple(browser, intoTheWindow, oneOf('session', 'token'), oneOf(0, 5_000, 7_000), process, journey)
  .map(([whose, first, kind, ms, process, how]) => [
    { wait: first, action: { kind, browser: whose, process, journey: { ...how, fate: 'is lost' } } },
    { wait: { ms }, action: { kind: 'renew', browser: whose, process, journey: how } },
  ])

const scene: fc.Arbitrary<Step[]> = fc.oneof(
  { arbitrary: step.map((one) => [one]), weight: 10 },
  { arbitrary: crowd, weight: 3 },
  { arbitrary: outage, weight: 1 },
  { arbitrary: failover, weight: 1 },
  { arbitrary: lateRejection, weight: 1 },
)

/** Histories of up to 16 scenes, most of them a step each. */
export const anyHistory: fc.Arbitrary<History> = fc.record({
  setting,
  browsers: oneOf(1, 1, 2, 3),
  steps: fc.array(scene, { minLength: 1, maxLength: 16, size: 'max' }).map((scenes) => scenes.flat()),
})
