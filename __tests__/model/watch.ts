import type { NextAuthOptions } from 'next-auth'
import type { Asked } from './exchange'
import { beginRead, endRead, endSignOut, isObject, onSession, type Read } from './laws/session-laws'
import { beginWrite, endWrite } from './laws/write-laws'
import { claimsOf } from './session-cookie'
import { newestKnown } from './truth'
import { nameOfIssue, type AppProcess, type World } from './world'

type Jwt = NonNullable<NonNullable<NextAuthOptions['callbacks']>['jwt']>

/** What a crashed process waits for. */
const FOREVER = new Promise<never>(() => {})

/**
 * The process's options for one request, with an eye at each of the places where next-auth calls into the library: the
 * cookie is read, the `jwt` and `session` callbacks run, the cookie is made, the user signs out.
 */
export function watch(world: World, process: AppProcess, asked: Asked): NextAuthOptions {
  const isPage = asked.kind === 'page' || asked.kind === 'token' || asked.kind === 'rejected'
  const authOptions = isPage ? process.forPages : process.forAuthRoutes
  const { time, truth } = world
  const reads = new WeakMap<object, Read>()
  const alive = <T>(value: T): T | Promise<never> => (process.dead ? FOREVER : value)

  const jwt: Jwt = async (params) => {
    const inner = authOptions.callbacks?.jwt as Jwt
    if (params.user as unknown) return alive(await inner(params))
    const read = beginRead(world, process, params.token)
    try {
      const token = await inner(params)
      if (process.dead) return FOREVER
      endRead(world, read, token)
      if (read && isObject(token)) reads.set(token, read)
      return token
    } catch (error) {
      if (process.dead) return FOREVER
      world.breaks('6', `the jwt callback threw ${String(error)}`)
      throw error
    }
  }

  return {
    ...authOptions,
    callbacks: {
      ...authOptions.callbacks,
      jwt,
      async session(params) {
        const session = await authOptions.callbacks?.session?.(params)
        onSession(world, reads.get(params.token), session)
        return alive(session ?? params.session)
      },
    },
    jwt: {
      ...authOptions.jwt,
      async decode(params) {
        await time.sleep(asked.journey.before)
        return alive((await authOptions.jwt?.decode?.(params)) ?? null)
      },
      async encode(params) {
        const write = beginWrite(world, process, params.token)
        const value = (await authOptions.jwt?.encode?.(params)) ?? ''
        if (process.dead) return FOREVER
        if (write) endWrite(world, write, value)
        await time.sleep(asked.journey.after)
        return alive(value)
      },
    },
    events: {
      ...authOptions.events,
      async signOut(message) {
        const { issue, isOver } = claimsOf(truth, message.token) ?? {}
        const begun = truth.instant()
        if (issue) {
          issue.family.signedOut = true
          const isNewest = newestKnown(truth, process.scope, issue) === issue
          if (!isOver || !isNewest) process.scope.toRevoke.add(issue.family)
          const { signedOut } = process.scope
          if (!signedOut.has(issue.family)) signedOut.set(issue.family, { process, at: begun })
          world.note(`${process.name} signs ${nameOfIssue(issue)} out`)
        }
        await authOptions.events?.signOut?.(message)
        if (!process.dead) endSignOut(world, process, begun)
        return alive(undefined)
      },
    },
  }
}
