import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { User } from 'next-auth'
import type { BackendTokenSet, TokenBackend } from '../../lib/testing'
import type { BackendKind } from './backend-kind'
import { createFront } from './front'
import type { Listening } from './listen'
import { signInThrough } from './oidc-sign-in'

const CLIENT = { clientId: 'an-app', clientSecret: 'its-secret' }
const BASIC = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`

/** An OAuth provider (RFC 6749), with revocation (RFC 7009), in an app that says no more of it than next-auth wants: its default. */
export const oauth: BackendKind = {
  name: 'oauth',
  serve: startOAuthFront,
  inApp: (origin) => ({
    provider: {
      id: 'provider',
      name: 'A provider',
      type: 'oauth',
      wellKnown: `${origin}/.well-known/openid-configuration`,
      authorization: { params: { scope: 'profile offline_access' } },
      // Plain OAuth: nobody here signs ID tokens.
      idToken: false,
      checks: ['state'],
      profile: (profile: User) => profile,
      ...CLIENT,
    },
  }),
  signIn: (browser, credentials) => signInThrough(browser, 'provider', { credentials }),
}

type Form = Partial<Record<string, string>>

async function startOAuthFront(backend: TokenBackend): Promise<Listening> {
  const { app, pass, listen } = createFront(backend)
  const signedIn = new Map<string, Form>()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))))

  app.get('/.well-known/openid-configuration', ({ host }) => ({
    issuer: `http://${host}`,
    authorization_endpoint: `http://${host}/interaction/sign-in`,
    token_endpoint: `http://${host}/token`,
    userinfo_endpoint: `http://${host}/users/me`,
    revocation_endpoint: `http://${host}/revoke`,
    jwks_uri: `http://${host}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }))
  app.get('/interaction/sign-in', () => 'Who are you?')
  app.post<{ Querystring: Form; Body: Form }>('/interaction/sign-in', ({ query, body }, reply) => {
    const code = randomUUID()
    signedIn.set(code, body)
    return reply.redirect(`${query['redirect_uri']}?${new URLSearchParams({ code, state: query['state'] ?? '' }).toString()}`, 303)
  })
  app.post<{ Body: Form }>('/token', ({ headers, body }, reply) => {
    if (headers.authorization !== BASIC) return reply.code(401).send({ error: 'invalid_client' })
    const { grant_type: grant, refresh_token: token, code = '' } = body
    const request = grant === 'refresh_token' ? { url: '/auth/refreshToken', body: { token } } : { url: '/auth/login', body: signedIn.get(code) ?? {} }
    return pass(reply, { method: 'POST', ...request }, inOAuth)
  })
  // RFC 6749 §5.2: a refused grant is a bad request; 401 is for clients.
  app.addHook('onSend', async (_request, reply, payload) => {
    if (String(payload).includes('"invalid_grant"')) reply.code(400)
    return payload
  })
  app.post<{ Body: Form }>('/revoke', ({ body }, reply) =>
    pass(reply, { method: 'POST', url: '/auth/logout', body: { token: body['token'] } }, (answer) => {
      answer.code(200)
      return ''
    }))
  app.get('/users/me', ({ headers }, reply) => pass(reply, { method: 'GET', url: '/users/me', headers }))

  return listen()
}

/** The token response of RFC 6749 §5.1, with the refresh token's lifetime as Keycloak states it. */
function inOAuth(_reply: FastifyReply, body: string): object {
  const { accessToken, accessTokenExpiry, refreshToken, refreshTokenExpiry } = JSON.parse(body) as BackendTokenSet
  const secondsUntil = (instant: number) => Math.floor((instant - Date.now()) / 1000)
  return {
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: secondsUntil(accessTokenExpiry),
    refresh_token: refreshToken,
    refresh_expires_in: secondsUntil(refreshTokenExpiry),
  }
}
