/** Whether a value can be an option, and how an error says what can. */
export type Check = [is: (value: unknown) => boolean, wanted: string]

/** One for each option. */
export type Checks<Options> = { [K in keyof Required<Options>]: Check }

/** Seconds. Node holds a timer's delay in a signed 32-bit integer of milliseconds: longer ones fire at once. */
export const MAX_TIMER_S = 2_147_483

export const BOOLEAN: Check = [(value) => typeof value === 'boolean', 'true or false']
export const FUNCTION: Check = [(value) => typeof value === 'function', 'a function']
export const PATH: Check = [(value) => typeof value === 'string', 'a path']
/** What a timer is set to. */
export const DURATION: Check = [
  (value) => typeof value === 'number' && value > 0 && value <= MAX_TIMER_S,
  `a number of seconds above 0, ${MAX_TIMER_S} at most`,
]

/**
 * Checks options one by one. One that is `undefined` counts as not given.
 *
 * @param caller names the function that was given them, for the error
 * @param ending what the error says of the value: by default nothing, since headers and bodies may hold secrets
 * @throws {TypeError} quoting the option that is unknown or can't be
 */
export function requireOptions<Options extends object>(
  caller: string,
  options: Options,
  checks: Checks<Options>,
  ending: (value: unknown) => string = () => '',
): void {
  requireKnown(caller, options, Object.keys(checks))
  for (const [name, value] of Object.entries(options)) {
    const [is, wanted] = checks[name as keyof Options]
    if (value !== undefined && !is(value)) throw new TypeError(`${caller}: \`${name}\` must be ${wanted}${ending(value)}`)
  }
}

/** @throws {TypeError} in the name of `caller`, quoting the option that is none of `names` */
export function requireKnown(caller: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`${caller}: unknown option \`${unknown}\`; there are ${names.join(', ')}`)
}

/** The end of such an error, with the value: objects are not shown, nor the password of an address. */
export function butNot(value: unknown): string {
  if (typeof value === 'string') return `, not '${value.replace(/\/\/.*@/, '//…@')}'`
  return `, not ${typeof value === 'object' && value !== null ? 'an object' : String(value)}`
}
