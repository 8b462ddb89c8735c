import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import type { RefreshCoordinator } from '../../lib'
import { decodeCookie, encodeCookie } from './session-cookie'
import { onEvent } from './laws/event-laws'
import { soundLibrary, type Library, type ModelOptions } from './library'
import { PROCESS_HEADER } from './wire'
import { scopeOf, type AppProcess, type World } from './world'

export const SECRET = 'a secret of the model'

/** Begins all scopes of the model, so that its memories can be told from others. */
export const SCOPE_PREFIX = 'model:'

export function libraryOf({ flaw }: World): Library {
  return flaw.library?.() ?? soundLibrary
}

/** Starts the process in this place, with nothing in its memory. */
export function startProcess(world: World, index: number): AppProcess {
  world.incarnations += 1
  const name = `p${index}:${world.incarnations}`
  const process: AppProcess = {
    name,
    scope: scopeOf(world, name),
    dead: false,
    diedAt: Infinity,
    forAuthRoutes: { providers: [] },
    forPages: { providers: [] },
    presented: new Map(),
    heardOf: new Map(),
  }
  const shared = world.store?.coordinatorFor(() => process)
  // Bundlers give each route its own copy of the library, so there are two of all that it makes.
  process.forAuthRoutes = createAuthOptions(world, process, shared)
  process.forPages = createAuthOptions(world, process, shared)
  world.processes[index] = process
  world.note(`process ${index} starts as ${name}`)
  return process
}

function createAuthOptions(world: World, process: AppProcess, shared: RefreshCoordinator | undefined): NextAuthOptions {
  const { setting, flaw } = world
  const library = libraryOf(world)
  const rest = library.restBackend({ baseURL: 'http://backend.test', headers: { [PROCESS_HEADER]: process.name } })
  const coordinator = shared ?? library.memoryCoordinator({ scope: `${SCOPE_PREFIX}${process.name}` })
  const app: NextAuthOptions = {
    secret: SECRET,
    providers: [
      CredentialsProvider({ credentials: { email: {}, password: {} }, authorize: (typed) => rest.authorize(typed) }),
    ],
    // next-auth's own takes the thread pool and most of the time; what it keeps safe is not at issue here.
    jwt: { encode: encodeCookie, decode: decodeCookie },
    callbacks: { jwt: appCallback(world) },
    logger: {
      error(code, metadata) {
        world.logged.push(`${code} ${describe(metadata)}`)
        if (code === 'JWT_SESSION_ERROR' && !process.dead) world.breaks('6', `next-auth caught ${describe(metadata)}`)
      },
      warn: (code) => void world.logged.push(code),
      debug: () => {},
    },
  }
  const options: ModelOptions = {
    refresh: rest.refresh,
    revoke: rest.revoke,
    retries: setting.retries,
    exposeAccessToken: setting.exposeAccessToken,
    ...(setting.retention !== undefined && { retention: setting.retention }),
    coordinator: flaw.coordinator?.(coordinator) ?? coordinator,
    onEvent(event) {
      if (!process.dead) onEvent(world, process, event)
      throw new Error('an observer that fails')
    },
  }
  const produced = library.withTokenRefresh(app, flaw.options?.(options) ?? options)
  return flaw.authOptions?.(produced, app) ?? produced
}

/** Kills the process in this place; another takes it. */
export function crash(world: World, index: number): void {
  const process = world.processes[index]
  if (!process) return
  process.dead = true
  process.diedAt = world.time.now()
  for (const call of process.scope.underWay) {
    if (call.process === process) process.scope.underWay.delete(call)
  }
  world.note(`process ${process.name} crashes`)
  startProcess(world, index)
}

/** As careless as apps are: it spreads what `update()` brings over the token, and may fail. */
function appCallback({ setting }: World): NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']> {
  let calls = 0
  return ({ token, trigger, session, user }) => {
    calls += 1
    if (!user && calls % 3 === 0) {
      if (setting.appCallback === 'throws') throw new Error('the app’s own callback fails')
      if (setting.appCallback === 'gives nothing') return undefined as never
    }
    return trigger === 'update' ? { ...token, ...(session as object) } : token
  }
}

function describe(metadata: unknown): string {
  if (!(metadata instanceof Error)) return JSON.stringify(metadata)
  return `${metadata.message} ${metadata.stack ?? ''}`
}
