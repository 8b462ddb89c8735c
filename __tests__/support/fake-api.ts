import { AxiosError, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios'

export interface SeenCall {
  url: string
  token: string | undefined
  body: unknown
}

type Verdict = number | { status: number; headers?: Record<string, string>; data?: unknown } | Promise<number>

/** A backend behind an axios adapter: answers what `judge` says of a token, and remembers each call. */
export function fakeApi(judge: (token: string | undefined, config: InternalAxiosRequestConfig) => Verdict = () => 200) {
  const calls: SeenCall[] = []
  const adapter: AxiosAdapter = async (config) => {
    const authorization = config.headers.get('Authorization')
    const token = typeof authorization === 'string' ? authorization.replace(/^Bearer /, '') : undefined
    calls.push({ url: config.url ?? '', token, body: config.data })
    const verdict = await judge(token, config)
    const { status, headers = {}, data = {} } = typeof verdict === 'number' ? { status: verdict } : verdict
    const response = { status, statusText: '', headers, data, config, request: {} }
    if (!config.validateStatus || config.validateStatus(status)) return response
    throw new AxiosError(`Request failed with status code ${status}`, 'ERR_BAD_RESPONSE', config, {}, response)
  }
  return { adapter, calls, tokens: () => calls.map(({ token }) => token) }
}
