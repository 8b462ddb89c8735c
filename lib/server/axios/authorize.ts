import { errorMonitor } from 'node:events'
import { Readable } from 'node:stream'
import type {
  AxiosAdapter,
  AxiosHeaders,
  AxiosInstance,
  AxiosResponse,
  AxiosStatic,
  InternalAxiosRequestConfig,
} from 'axios'
import { isRecord } from '../../record'
import { canBeSentAgain } from '../../request-body'
import { authHeaders, type TransportOptions } from '../../transport'
import { originOf } from '../../web-origin'
import { discardBody } from '../discard-body'

/** Where an instance gets its tokens from. */
export interface TokenSource {
  /** The access token to send now; `undefined` where nobody is signed in. */
  current: () => Promise<string | undefined>
  /** What to send once more with, after a 401 to `rejected`; `undefined` where there is no other token. */
  insteadOf: (rejected: string) => Promise<string | undefined>
}

export interface AuthorizeOptions extends TransportOptions {
  /** The origins that may be shown the token. */
  origins: ReadonlySet<string>
}

/** How a request ended. */
type Outcome = { response: AxiosResponse } | { error: unknown }

/**
 * Lets the requests of an axios instance carry the access token: those to the given origins that bring no credentials of
 * their own. A 401 is tried once more where there is another token and the body can be sent again. Errors and responses
 * don't show the token, since apps log them.
 */
export function authorize(
  instance: AxiosInstance,
  axios: Pick<AxiosStatic, 'Axios' | 'getAdapter'>,
  source: TokenSource,
  options: AuthorizeOptions,
): void {
  const addresses = new axios.Axios({})
  const { origins, ...transport } = options

  const mayCarry = (config: InternalAxiosRequestConfig) => {
    const origin = originOf(addresses.getUri(config))
    return origin !== undefined && origins.has(origin) && !bringsCredentials(config, transport)
  }

  const authorized = (adapter: AxiosAdapter): AxiosAdapter =>
    async (config) => {
      if (!mayCarry(config)) return adapter(config)
      const body = apart(config.data)
      const token = await source.current()
      if (token === undefined) return adapter({ ...config, data: body })
      const send = (accessToken: string) => attempt(adapter, config, { ...withToken(config, accessToken, transport), data: body })

      const first = await send(token)
      if (answerOf(first)?.status !== 401 || !canBeSentAgain(config.data)) return settle(first)
      const other = await source.insteadOf(token)
      if (other === undefined || other === token) return settle(first)
      discardBody(answerOf(first)?.data)
      return settle(await send(other))
    }

  instance.interceptors.request.use((config) => {
    // An adapter comes after all interceptors, in whichever order they run: it sees the address and the body as sent.
    const { adapter } = config
    config.adapter = (last) => authorized(axios.getAdapter(adapter, last))(last)
    return config
  })
}

function bringsCredentials({ auth, headers }: InternalAxiosRequestConfig, transport: TransportOptions): boolean {
  const { cookie: ours } = authHeaders('', transport)
  if (ours === undefined) return auth !== undefined || headers.has('authorization')
  return cookieOf(headers).split('; ').some((pair) => pair.startsWith(ours))
}

function withToken(
  config: InternalAxiosRequestConfig,
  accessToken: string,
  transport: TransportOptions,
): InternalAxiosRequestConfig {
  const headers = authHeaders(accessToken, transport)
  const others = cookieOf(config.headers)
  if (headers['cookie'] && others) headers['cookie'] = `${others}; ${headers['cookie']}`
  return { ...config, headers: config.headers.concat(headers) }
}

/**
 * A stream names what it is piped to, for all to see: the request, and its headers. This one does so in its place. One that
 * fails before it is sent, while a token is fetched, fails the request then; unheard, it would end the process.
 */
function apart(body: unknown): unknown {
  if (!isStream(body)) return body
  body.on('error', () => {})
  return Readable.from(body, { objectMode: false })
}

/** Node's, and those of the package `readable-stream`, which archives and the like are. */
function isStream(body: unknown): body is Readable {
  return isRecord(body) && 'pipe' in body && Symbol.asyncIterator in body
}

function cookieOf(headers: AxiosHeaders): string {
  const cookie = headers.get('cookie')
  return typeof cookie === 'string' ? cookie : ''
}

async function attempt(
  adapter: AxiosAdapter,
  shown: InternalAxiosRequestConfig,
  sent: InternalAxiosRequestConfig,
): Promise<Outcome> {
  try {
    return { response: withoutToken(await adapter(sent), shown) }
  } catch (error) {
    if (isRecord(error)) {
      withoutToken(error, shown)
      if (isRecord(error['response'])) withoutToken(error['response'], shown)
    }
    return { error }
  }
}

/** What is seen when it is logged: the request as the app made it. Node's own request object stays, out of sight. */
function withoutToken<T extends object>(result: T, shown: InternalAxiosRequestConfig): T {
  const sent = 'config' in result ? result.config : shown
  const withoutTokenToo = (error: unknown) => {
    if (sent !== shown && isRecord(error) && error['config'] === sent) withoutToken(error, shown)
  }
  if (sent !== shown) Object.assign(result, { config: shown })
  hide(result, 'request')
  if ('cause' in result) withoutTokenToo(result.cause)
  // An answer that is a stream has it, too, and its connection; so may what it fails with.
  if ('data' in result && result.data instanceof Readable) {
    hide(result.data, 'req', 'socket', 'client')
    result.data.once(errorMonitor, withoutTokenToo)
  }
  return result
}

function hide(owner: object, ...names: string[]): void {
  for (const name of names) if (Object.hasOwn(owner, name)) Object.defineProperty(owner, name, { enumerable: false })
}

function answerOf(outcome: Outcome): { status?: unknown; data?: unknown } | undefined {
  if ('response' in outcome) return outcome.response
  return isRecord(outcome.error) && isRecord(outcome.error['response']) ? outcome.error['response'] : undefined
}

function settle(outcome: Outcome): AxiosResponse {
  if ('response' in outcome) return outcome.response
  throw outcome.error
}
