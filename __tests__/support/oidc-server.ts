import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** What an app needs to be one of the provider's clients: fields of a next-auth provider. */
export interface OidcClient {
  clientId: string
  clientSecret?: string
  /** With its private key, for `private_key_jwt`. */
  jwks?: { keys: Record<string, unknown>[] }
  /** Its `token_endpoint_auth_method`. */
  method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
}

export type OidcClientName = 'basic' | 'post' | 'private-key' | 'public'

export interface OidcSettings {
  /** The issuer's name; it listens on the loopback interface in any case. @default '127.0.0.1' */
  host?: string
  /** Seconds. @default 60 */
  accessTokenLifetime?: number
  /** Seconds; a rotation starts it anew. @default 14 days */
  refreshTokenLifetime?: number
  /** What `users/me` takes both; userinfo takes opaque ones. @default 'opaque' */
  accessTokens?: 'opaque' | 'jwt'
  /** Who gets one. @default 'always' */
  refreshTokens?: 'always' | 'offline_access'
}

export interface OidcApp {
  origin: string
  /** Ids of next-auth providers besides `demo` and the clients' own ids. */
  providerIds?: string[]
  /** Where the browser may be sent after signing out. @default ['/api/auth/federated-sign-out'] */
  signOutPaths?: string[]
}

/** What the provider says of itself; see `demo/oidc/counters.mjs`. */
export interface OidcCounters {
  grants: Partial<Record<'authorization_code' | 'refresh_token', number>>
  errors: Record<string, number>
  consumed: number
  reuses: number
  revoked: number
  signOuts: number
  requests: Record<string, number>
}

export interface IssuedTokens {
  access_token: string
  expires_in: number
  refresh_token: string
  token_type: string
}

/** A real OpenID provider in a process of its own. */
export interface OidcServer {
  issuer: string
  /** Where its discovery document is. */
  wellKnown: string
  clients: Record<OidcClientName, OidcClient>
  /** Lets an app sign its users in. */
  register(app: OidcApp): Promise<void>
  counters(): Promise<OidcCounters>
  /** Tokens of a new grant, without a sign-in. Ada has the id '1', Grace '2'. */
  issue(options: { clientId: OidcClientName; accountId?: '1' | '2'; scope?: string }): Promise<IssuedTokens>
  /** Whether a refresh token can still be spent. */
  isAlive(refreshToken: string): Promise<boolean>
  /** Ends a refresh token's grant with all its tokens, as an administrator would. */
  revokeGrant(refreshToken: string): Promise<void>
  stop(): Promise<void>
}

type Message = { issuer: string; clients: OidcServer['clients'] } | { id: number; answer?: unknown; error?: string }

/** The demo's provider on a free port: rotation on, and reuse revokes the grant. It ends with this process. */
export async function startOidc(settings: OidcSettings = {}): Promise<OidcServer> {
  const script = join(process.cwd(), 'demo/oidc/serve.mjs')
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const waiting = new Map<number, (message: { answer?: unknown; error?: string }) => void>()
  let asked = 0

  function ask<T>(control: string, ...args: unknown[]): Promise<T> {
    const id = (asked += 1)
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, ({ answer, error }) => (error === undefined ? resolve(answer as T) : reject(new Error(error))))
      child.send({ id, control, args }, (failed) => failed && reject(failed))
    })
  }

  const { issuer, clients } = await new Promise<{ issuer: string; clients: OidcServer['clients'] }>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The provider did not start. It printed:\n${output}`)))
    child.on('message', (message: Message) => {
      // The channel makes objects of Node's realm, and not of the test runner's: openid-client takes no key set of them.
      if ('issuer' in message) return resolve(JSON.parse(JSON.stringify(message)) as typeof message)
      waiting.get(message.id)?.(message)
      waiting.delete(message.id)
    })
  })
  return {
    issuer,
    clients,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    register: (app) => ask('register', app),
    counters: () => ask('counters'),
    issue: (options) => ask('issue', options),
    isAlive: (refreshToken) => ask('isAlive', refreshToken),
    revokeGrant: (refreshToken) => ask('revokeGrant', refreshToken),
    stop() {
      child.kill()
      return ended
    },
  }
}
