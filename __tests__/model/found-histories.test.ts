import type { Action, History, Journey, RequestKind, Setting, Step } from './history'
import { printOutcome } from './print-history'
import { runHistory } from './run-history'

/** Histories that the model once found to break a law, cut down to what it took. */

const STRAIGHT: Journey = { up: 0, before: 0, after: 0, down: 0, fate: 'arrives' }
const LOST: Partial<Journey> = { fate: 'is lost' }

const setting: Setting = {
  deployment: 'one',
  grace: 0,
  accessTokenLifetime: 60,
  refreshTokenLifetime: 86_400,
  retention: undefined,
  retries: 2,
  exposeAccessToken: true,
  appCallback: 'quiet',
  latencies: [0],
  seed: 1,
}

const send = (kind: RequestKind | 'sign-out', how: Partial<Journey> = {}, process = 0): Action => ({
  kind,
  browser: 0,
  process,
  journey: { ...STRAIGHT, ...how },
})
const now = (action: Action): Step => ({ wait: { ms: 0 }, action })
const after = (ms: number, action: Action): Step => ({ wait: { ms }, action })
const whenDue = (action: Action): Step => ({ wait: { lives: 0.8 }, action })

it.each<[name: string, setting: Partial<Setting>, steps: Step[]]>([
  [
    'a cookie two rotations old does not ask for a session that was refused',
    {},
    [
      whenDue(send('session', LOST)),
      now({ kind: 'revoke', browser: 0 }),
      whenDue(send('session', LOST)),
      whenDue(send('session')),
    ],
  ],
  [
    'a retry does not go on where a newer token of the session has been refused meanwhile',
    { deployment: 'apart' },
    [
      whenDue(send('session', LOST)),
      now({ kind: 'fault', fault: { kind: 'slow', delay: 8 } }),
      now({ kind: 'fault', fault: { kind: 'slow', delay: 15 } }),
      whenDue(send('session')),
      after(400, send('session', {}, 1)),
      after(5_000, send('session', {}, 1)),
    ],
  ],
  [
    'a sign-out with an old cookie revokes what a renewal of a newer one brings',
    { latencies: [300] },
    [whenDue(send('session', LOST)), whenDue(send('session')), now(send('sign-out'))],
  ],
  [
    'a retry looks for a successor first, where the lock was lost',
    { deployment: 'shared' },
    [
      now({ kind: 'fault', fault: { kind: 'hang' } }),
      whenDue(send('session')),
      now(send('session', {}, 1)),
      now({ kind: 'locks lost' }),
    ],
  ],
  [
    'a cookie that came after the sign-out is good for nothing, an hour later too',
    { accessTokenLifetime: 7_200 },
    [whenDue(send('session', { down: 10_000 })), now(send('sign-out')), after(4_000_000, send('session'))],
  ],
  [
    'a sign-out revokes the living tokens, though the cookie was written off elsewhere',
    { deployment: 'apart', latencies: [0, 0, 0, 1_500] },
    [whenDue(send('session', {}, 1)), now(send('session')), whenDue(send('sign-out'))],
  ],
])('%s', async (_, special, steps) => {
  const history: History = { setting: { ...setting, ...special }, browsers: 1, steps }
  const outcome = await runHistory(history)
  if (outcome.violations.length > 0) throw new Error(printOutcome(outcome))
})
