import cookies from '@fastify/cookie'
import fastify, { type FastifyReply } from 'fastify'
import type { BackendRequest, BackendTokenSet, TokenBackend } from '../../lib/testing'
import type { Listening } from './listen'

type Answered = (reply: FastifyReply, body: string) => string

/** A refresh token goes only where it is wanted; the access token goes everywhere. */
const PATHS = { access_token: '/', refresh_token: '/auth' }
const ATTRIBUTES = { httpOnly: true, secure: true, sameSite: 'lax' } as const

/**
 * A backend as many write it with NestJS: the tokens are HttpOnly cookies and in no body. The families, counters and
 * faults are those of the token backend behind it.
 */
export async function startCookieServer(backend: TokenBackend): Promise<Listening> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(cookies)

  /** What the token backend says to the request, passed on as it is unless it went well. */
  async function pass(reply: FastifyReply, request: BackendRequest, answered: Answered = (_, body) => body): Promise<FastifyReply> {
    const controller = new AbortController()
    reply.raw.once('close', () => controller.abort())
    try {
      const { status, headers, body } = await backend.handle({ ...request, signal: controller.signal })
      const isDone = status < 300 && (body === '' || headers['Content-Type']?.includes('json'))
      return await reply.code(status).headers(headers).send(isDone ? answered(reply, body) : body)
    } catch {
      reply.hijack()
      reply.raw.destroy()
      return reply
    }
  }

  app.post('/auth/login', ({ body }, reply) => pass(reply, { method: 'POST', url: '/auth/login', body }, setTokens))
  app.post('/auth/refresh', ({ cookies: { refresh_token: token } }, reply) =>
    pass(reply, { method: 'POST', url: '/auth/refreshToken', body: { token } }, setTokens))
  app.post('/auth/logout', ({ cookies: { refresh_token: token } }, reply) =>
    pass(reply, { method: 'POST', url: '/auth/logout', body: { token } }, clearTokens))
  app.get('/users/me', ({ cookies: { access_token: token } }, reply) =>
    pass(reply, { method: 'GET', url: '/users/me', headers: { authorization: `Bearer ${token}` } }))

  return { origin: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}

function setTokens(reply: FastifyReply, body: string): string {
  const tokens = JSON.parse(body) as BackendTokenSet
  const set = (name: keyof typeof PATHS, value: string, expiry: number) =>
    reply.setCookie(name, value, { ...ATTRIBUTES, path: PATHS[name], maxAge: Math.floor((expiry - Date.now()) / 1000) })
  set('refresh_token', tokens.refreshToken, tokens.refreshTokenExpiry)
  set('access_token', tokens.accessToken, tokens.accessTokenExpiry)
  return JSON.stringify({ message: 'welcome' })
}

function clearTokens(reply: FastifyReply, body: string): string {
  for (const [name, path] of Object.entries(PATHS)) reply.clearCookie(name, { ...ATTRIBUTES, path })
  return body
}
