import { inspect } from 'node:util'
import { RefreshError } from '../../lib'

/** Tokens as nobody would write them by chance, with characters that URLs and forms spell otherwise. */
export const ACCESS = 'canary/access+token=1'
export const REFRESH = 'canary/refresh+token=1'
export const NEXT_ACCESS = 'canary/access+token=2'
export const NEXT_REFRESH = 'canary/refresh+token=2'
export const PASSWORD = 'canary/pass+word='
const SPELLINGS = [ACCESS, REFRESH, NEXT_ACCESS, NEXT_REFRESH, PASSWORD].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64url'),
])

export const text = `could not post token=${REFRESH}&old=${encodeURIComponent(ACCESS)}`

/** As axios rejects: its request, and what came back, hang on the error. */
function axiosError(response?: { status: number; data: unknown }): Error {
  const config = {
    url: `/refresh?token=${REFRESH}`,
    data: JSON.stringify({ token: REFRESH }),
    headers: { Authorization: `Bearer ${ACCESS}` },
  }
  return Object.assign(new Error(text, { cause: new Error(text) }), {
    name: 'AxiosError',
    code: 'ERR_BAD_REQUEST',
    config,
    request: { ...config },
    ...(response && { response: { ...response, config, headers: { 'x-echo': REFRESH } } }),
    toJSON: () => ({ message: text, config }),
  })
}

/** What a `refresh` may reject with: tokens in messages, configurations, causes and names. */
export const REJECTIONS: readonly [name: string, rejection: () => unknown][] = [
  ['an error', () => new Error(text)],
  ['an error with a cause', () => new Error('failed', { cause: new Error(text, { cause: { token: REFRESH } }) })],
  ['an error whose name is one', () => Object.assign(new Error('failed'), { name: REFRESH, code: REFRESH })],
  ['an axios error without a response', () => axiosError()],
  ['an axios error with a refusal', () => axiosError({ status: 401, data: { error: 'invalid_grant', text } })],
  ['an axios error with an unknown code', () => axiosError({ status: 400, data: { error: REFRESH, text } })],
  ['an axios error with a gateway’s page', () => axiosError({ status: 502, data: `<p>${text}</p>` })],
  ['an axios error about the client', () => axiosError({ status: 401, data: { error: 'invalid_client', text } })],
  ['a RefreshError', () => new RefreshError('unavailable', text, { cause: new Error(text) })],
  ['a RefreshError caused by an axios error', () => new RefreshError('unavailable', 'no', { cause: axiosError() })],
  ['a RefreshError about the settings', () => new RefreshError('configuration', text, { cause: axiosError() })],
  ['an aggregate', () => new AggregateError([new Error(text)], text)],
  ['a string', () => text],
  ['a record', () => ({ message: text, token: REFRESH, cause: { message: text, code: REFRESH } })],
  ['a record that speaks for itself', () => ({ toString: () => text, [Symbol.toPrimitive]: () => text })],
]

/** Everything that an error or a record holds, hidden fields and causes too. */
function spell(value: unknown): string {
  const plain = inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity, breakLength: Infinity })
  return `${plain}\n${JSON.stringify(value)}`
}

export function expectNoSecret(said: unknown): void {
  const spelled = spell(said)
  expect(SPELLINGS.filter((spelling) => spelled.includes(spelling))).toEqual([])
}
