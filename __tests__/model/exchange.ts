import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth, { getServerSession, type NextAuthOptions } from 'next-auth'
import { libraryOf } from './app-process'
import type { Journey, RequestKind } from './history'
import { watch } from './watch'
import type { AppProcess, World } from './world'

/** What a browser asks of a process. */
export interface Asked {
  kind: RequestKind | 'sign-out' | 'csrf' | 'sign-in'
  cookies: Record<string, string>
  body?: Record<string, unknown>
  journey: Pick<Journey, 'before' | 'after'>
}

/** What goes back. */
export interface Answered {
  body: unknown
  setCookie: string[]
}

const ROUTES: Record<Exclude<Asked['kind'], 'page' | 'token' | 'rejected'>, [method: 'GET' | 'POST', ...path: string[]]> = {
  session: ['GET', 'session'],
  update: ['POST', 'session'],
  renew: ['POST', 'session'],
  csrf: ['GET', 'csrf'],
  'sign-out': ['POST', 'signout'],
  'sign-in': ['POST', 'callback', 'credentials'],
}

/** Serves one request with next-auth itself; only Next's router and the socket are left out. */
export async function exchange(world: World, process: AppProcess, asked: Asked): Promise<Answered> {
  const authOptions = watch(world, process, asked)
  const res = createResponse()
  if (asked.kind === 'page') return { body: await servePage(world, asked, res, authOptions), setCookie: res.cookies() }
  if (asked.kind === 'token') {
    const req = createRequest(asked, 'GET', [])
    const ask = () => libraryOf(world).ensureFreshToken(req, res.response, authOptions)
    return { body: (await Promise.all([ask(), ask()]))[0], setCookie: res.cookies() }
  }
  if (asked.kind === 'rejected') {
    return { body: await serveRejected(world, asked, res, authOptions), setCookie: res.cookies() }
  }
  const [method, ...path] = ROUTES[asked.kind]
  const req = createRequest(asked, method, path)
  await (NextAuth as (...args: [NextApiRequest, NextApiResponse, NextAuthOptions]) => Promise<unknown>)(
    req,
    res.response,
    authOptions,
  )
  return { body: res.body(), setCookie: res.cookies() }
}

async function servePage(
  world: World,
  asked: Asked,
  { response }: ReturnType<typeof createResponse>,
  authOptions: NextAuthOptions,
): Promise<unknown> {
  const req = createRequest(asked, 'GET', [])
  await getServerSession(req, response, authOptions)
  await getServerSession(req, response, authOptions)
  return libraryOf(world).ensureFreshToken(req, response, authOptions)
}

async function serveRejected(
  world: World,
  asked: Asked,
  { response }: ReturnType<typeof createResponse>,
  authOptions: NextAuthOptions,
): Promise<unknown> {
  const { ensureFreshToken, renewRejectedToken } = libraryOf(world)
  const req = createRequest(asked, 'GET', [])
  const first = await ensureFreshToken(req, response, authOptions)
  if (!first) return null
  world.rejected.add(first.accessToken)
  const renew = () => renewRejectedToken(req, response, authOptions, first.accessToken)
  return (await Promise.all([renew(), renew()]))[0]
}

function createRequest({ cookies, body = {} }: Asked, method: string, path: string[]): NextApiRequest {
  const part = { method, headers: { host: 'app.test' }, cookies: { ...cookies }, query: { nextauth: path }, body }
  return part as unknown as NextApiRequest
}

/** The part of a response that next-auth and this library write to. */
function createResponse() {
  const headers = new Map<string, unknown>()
  let sent: unknown
  const part = {
    headersSent: false,
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader(name: string, value: unknown) {
      headers.set(name.toLowerCase(), value)
      return part
    },
    status: () => part,
    json: (value: unknown) => void (sent = value),
    send: (value: unknown) => void (sent = value),
    end: () => {},
  }
  return {
    response: part as unknown as NextApiResponse,
    body: () => sent,
    cookies: () => [headers.get('set-cookie') ?? []].flat().map(String),
  }
}
