import cookies from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { cookieBackend } from '../../lib'
import type { BackendTokenSet, TokenBackend } from '../../lib/testing'
import { withCredentials, type BackendKind } from './backend-kind'
import { createFront } from './front'
import { typingCredentials } from './http-browser'
import type { Listening } from './listen'

/** A refresh token goes only where it is wanted; the access token goes everywhere. */
const PATHS = { access_token: '/', refresh_token: '/auth' }
const ATTRIBUTES = { httpOnly: true, secure: true, sameSite: 'lax' } as const

/** Tokens in HttpOnly cookies and in no body, as many a NestJS app has them. */
export const cookie: BackendKind = {
  name: 'cookie',
  serve: startCookieServer,
  inApp: (origin) => withCredentials(cookieBackend({ baseURL: origin })),
  signIn: typingCredentials,
}

async function startCookieServer(backend: TokenBackend): Promise<Listening> {
  const { app, pass, listen } = createFront(backend)
  await app.register(cookies)

  app.post('/auth/login', ({ body }, reply) => pass(reply, { method: 'POST', url: '/auth/login', body }, setTokens))
  app.post('/auth/refresh', ({ cookies: { refresh_token: token } }, reply) =>
    pass(reply, { method: 'POST', url: '/auth/refreshToken', body: { token } }, setTokens))
  app.post('/auth/logout', ({ cookies: { refresh_token: token } }, reply) =>
    pass(reply, { method: 'POST', url: '/auth/logout', body: { token } }, clearTokens))
  app.get('/users/me', ({ cookies: { access_token: token } }, reply) =>
    pass(reply, { method: 'GET', url: '/users/me', headers: { authorization: `Bearer ${token}` } }))

  return listen()
}

function setTokens(reply: FastifyReply, body: string): unknown {
  const { accessToken, accessTokenExpiry, refreshToken, refreshTokenExpiry } = JSON.parse(body) as BackendTokenSet
  const set = (name: keyof typeof PATHS, value: string, expiry: number) =>
    reply.setCookie(name, value, { ...ATTRIBUTES, path: PATHS[name], maxAge: Math.floor((expiry - Date.now()) / 1000) })
  set('refresh_token', refreshToken, refreshTokenExpiry)
  set('access_token', accessToken, accessTokenExpiry)
  return { message: 'welcome' }
}

function clearTokens(reply: FastifyReply, body: string): string {
  for (const [name, path] of Object.entries(PATHS)) reply.clearCookie(name, { ...ATTRIBUTES, path })
  return body
}
