import { isRecord } from '../record'
import type { LoginOptions } from './login'

/** Whether a value can be an option, and how an error says what can. */
type Check = [is: (value: unknown) => boolean, wanted: string]
export type Checks<Options> = { [K in keyof Required<Options>]: Check }

/** Node holds a timer's delay in a signed 32-bit integer. */
const MAX_TIMEOUT_S = 2_147_483

export const PATH: Check = [(value) => typeof value === 'string', 'a path']
export const FUNCTION: Check = [(value) => typeof value === 'function', 'a function']

/** Those of a backend that takes credentials. */
export const LOGIN_CHECKS: Checks<LoginOptions> = {
  // Whoever sends to it looks closer.
  baseURL: [() => true, 'an http(s) URL'],
  headers: [isRecord, 'an object of strings'],
  loginPath: PATH,
  loginBody: FUNCTION,
  timeout: [
    (value) => typeof value === 'number' && value > 0 && value <= MAX_TIMEOUT_S,
    `a number of seconds above 0, ${MAX_TIMEOUT_S} at most`,
  ],
}

/**
 * Checks the options of a backend. One that is `undefined` counts as not given.
 *
 * @throws {TypeError} in the name of `backend`, quoting the option that is unknown or can't be
 */
export function requireOptions<Options extends object>(backend: string, options: Options, checks: Checks<Options>): void {
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) && checks[name as keyof Options]
    if (!check) throw new TypeError(`${backend}: unknown option \`${name}\`; there are ${Object.keys(checks).join(', ')}`)
    if (value !== undefined && !check[0](value)) throw new TypeError(`${backend}: \`${name}\` must be ${check[1]}`)
  }
}
