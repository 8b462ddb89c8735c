import {
  AxiosError,
  AxiosHeaders,
  CanceledError,
  getAdapter,
  isAxiosError,
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios'
import { canBeSentAgain } from '../request-body'
import { currentBearer, isAboutToExpire, successorOf, timeLeft, type Bearer } from './bearer'
import { unlessAborted, within } from './patience'
import { flightOf, isPaused, pause, renew } from './renewal'
import { untilToldOf } from './current-session'

export interface AdapterSettings {
  /** Whether a request may carry a token. */
  mayCarry(config: InternalAxiosRequestConfig): boolean
  basePath: string | undefined
}

/** What axios calls an adapter: a function, a name, or a list of either. */
type Adapters = InternalAxiosRequestConfig['adapter']

/** How long a request waits for a session that is still loading. */
const UNTIL_TOLD_MS = 10_000
/** How long one waits for the renewal of a token that is still good for it. */
const PATIENCE_WHILE_VALID_MS = 3_000
/** A token that is refused as soon as it is new is not the reason for the 401. */
const USELESS_MS = 60_000

const inner = new WeakMap<AxiosAdapter, Adapters>()

/**
 * An adapter that sends with the current token through the given one, and once more where the backend answers 401 and
 * there is another token. Below the interceptors and transforms, so that these see one request, and none of its tokens.
 */
export function authorizedAdapter(given: Adapters, settings: AdapterSettings): AxiosAdapter {
  // A config that is used again brings the adapter of its last time.
  const adapters = typeof given === 'function' && inner.has(given) ? inner.get(given) : given

  const adapter: AxiosAdapter = async (config) => {
    const send = getAdapter(adapters, config)
    if (!settings.mayCarry(config)) return send(config)
    const sent = await unlessAborted(config, bearerFor(config, settings))
    if (!sent) return send(config)
    const first = await attempt(send, config, sent)
    if (first.status !== 401) return first.settle()
    const next = canBeSentAgain(config.data) && (await unlessAborted(config, afterRejection(config, sent, settings)))
    if (!next) return first.settle(isStuck(sent))
    const second = await attempt(send, config, next)
    if (second.status === 401) pause('rejected', next, USELESS_MS)
    return second.settle()
  }
  inner.set(adapter, adapters)
  return adapter
}

/** The token to send with, renewed if its time is up; `undefined` where there is none to carry. */
async function bearerFor(config: InternalAxiosRequestConfig, settings: AdapterSettings): Promise<Bearer | undefined> {
  await untilToldOf(UNTIL_TOLD_MS)
  const bearer = currentBearer()
  if (!bearer || !isAboutToExpire(bearer) || isPaused('due', bearer)) return bearer
  const { startedAt, outcome } = renew('due', bearer, settings.basePath)
  const isValid = timeLeft(bearer) > 0
  const patience = isValid ? startedAt + PATIENCE_WHILE_VALID_MS - performance.now() : config.timeout || Infinity
  const found = await within(patience, outcome)
  if (found === 'nobody') return undefined
  const now = currentBearer()
  if (found === 'another user' || (now && now.user !== bearer.user)) {
    throw new CanceledError('Another user has signed in since this request was made', config)
  }
  return now
}

/** The token to try next, if there is one. */
async function afterRejection(
  config: InternalAxiosRequestConfig,
  sent: Bearer,
  settings: AdapterSettings,
): Promise<Bearer | undefined> {
  const patience = config.timeout || Infinity
  await within(patience, flightOf('due', sent)?.outcome)
  const known = successorOf(sent)
  if (known || currentBearer()?.user !== sent.user) return known
  if (!flightOf('rejected', sent) && isPaused('rejected', sent)) return undefined
  await within(patience, renew('rejected', sent, settings.basePath).outcome)
  return successorOf(sent)
}

/** Whether a token has expired while its session lives: its renewal is put off. */
function isStuck(sent: Bearer): boolean {
  return timeLeft(sent) <= 0 && currentBearer()?.accessToken === sent.accessToken
}

interface Attempt {
  status: number | undefined
  /** What the adapter came to: returns, or throws. The 401 of an outage would look like that of a signed-out user. */
  settle(isStuck?: boolean): AxiosResponse
}

async function attempt(send: AxiosAdapter, config: InternalAxiosRequestConfig, bearer: Bearer): Promise<Attempt> {
  const authorization = { Authorization: `Bearer ${bearer.accessToken}` }
  try {
    const response = await send({ ...config, headers: AxiosHeaders.concat(config.headers, authorization) })
    // Responses and errors get into logs; the token stays out of them.
    response.config = config
    return { status: response.status, settle: () => response }
  } catch (error) {
    const failure = isAxiosError(error) ? error : undefined
    const response = failure?.response
    if (failure) failure.config = config
    if (response) response.config = config
    return {
      status: response?.status,
      settle(isStuck) {
        if (!isStuck) throw error
        throw new AxiosError('The access token has expired, and could not be renewed yet', 'ERR_TOKEN_EXPIRED', config)
      },
    }
  }
}
