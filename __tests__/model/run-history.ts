import { crash, SCOPE_PREFIX, startProcess } from './app-process'
import { createBrowser, request, signIn } from './browser'
import { waitInMs, type Action, type History } from './history'
import { checkEnd } from './laws/end-laws'
import type { Flaw } from './library'
import { takeVirtualTime } from './virtual-time'
import { createWire } from './wire'
import { createWorld, processCount, type Violation, type World } from './world'

export interface Outcome {
  /** The laws that it broke, in the order of their being found. */
  violations: readonly Violation[]
  /** What happened, a line each, with the seconds since the beginning. */
  trace: readonly string[]
}

/** Plays a history and says which laws it breaks, if any. */
export async function runHistory(history: History, flaw: Flaw = {}): Promise<Outcome> {
  process.env['NEXTAUTH_URL'] ??= 'http://app.test'
  const time = takeVirtualTime(history.setting.seed)
  const realFetch = globalThis.fetch
  const world = createWorld(history, time, flaw)
  const onRejection = (error: unknown) => world.breaks('6', `a rejection that nobody handles: ${String(error)}`)
  process.on('unhandledRejection', onRejection)
  try {
    globalThis.fetch = createWire(world)
    await play(world, history)
    await checkEnd(world)
    return { violations: world.violations, trace: world.trace }
  } finally {
    process.off('unhandledRejection', onRejection)
    globalThis.fetch = realFetch
    time.restore()
    forgetMemories()
  }
}

async function play(world: World, { setting, browsers, steps }: History): Promise<void> {
  for (let index = 0; index < processCount(setting); index += 1) startProcess(world, index)
  for (let index = 0; index < browsers; index += 1) {
    void signIn(world, createBrowser(world, index), index)
    await world.time.settle()
  }
  for (const { wait, action } of steps) {
    await world.time.pass(waitInMs(setting, wait))
    act(world, action)
  }
  if (!(await world.time.settle())) world.breaks('5', 'something goes on for ever')
}

function act(world: World, action: Action): void {
  switch (action.kind) {
    case 'fault':
      world.disturbed = true
      world.note(`fault: ${JSON.stringify(action.fault)}`)
      return void world.backend.inject(action.fault)
    case 'misconfigured':
      world.disturbed = true
      world.note(`fault: invalid_client, ${action.times} times`)
      world.misconfigured = action.times
      return
    case 'clear faults':
      world.note('the faults are over')
      world.misconfigured = 0
      return world.backend.clearFaults()
    case 'crash':
      world.disturbed = true
      world.crashed = true
      return crash(world, action.process % world.processes.length)
    case 'locks lost':
      world.disturbed = true
      world.note('the store loses its locks')
      return world.store?.loseLocks()
    case 'revoke':
      return revoke(world, action.browser)
    case 'sign-in':
    case 'sign-out':
    case 'session':
    case 'update':
    case 'page':
    case 'token':
    case 'renew':
    case 'rejected':
      return visit(world, action)
  }
}

function visit(world: World, action: Extract<Action, { browser: number; process: number }>): void {
  const browser = world.browsers[action.browser % world.browsers.length]
  if (!browser) return
  if (action.kind === 'sign-in') return void signIn(world, browser, action.process)
  if (action.journey.fate !== 'arrives') world.disturbed = true
  void request(world, browser, action.process, action.kind, action.journey)
}

function revoke(world: World, index: number): void {
  const user = world.browsers[index % world.browsers.length]?.credentials.email
  const families = world.truth.families.filter(({ email }) => email === user)
  for (const family of families) family.dead = true
  world.note(`the backend revokes all sessions of ${user ?? ''}`)
  if (families[0]) world.backend.revoke(families[0].userId)
}

/** A process's memory ends with it; those of the model would pile up. */
function forgetMemories(): void {
  const memories = (globalThis as Record<symbol, unknown>)[Symbol.for('next-auth-refresh.memories')]
  if (!(memories instanceof Map)) return
  for (const scope of memories.keys()) if (String(scope).startsWith(SCOPE_PREFIX)) memories.delete(scope)
}
