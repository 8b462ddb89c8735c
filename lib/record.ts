/** An object whose fields have yet to be looked at. */
export type UnknownRecord = Readonly<Record<string, unknown>>

/** Whether `value` is an object with fields, and not an array. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value` where it is an object with fields, else one without any. */
export function asRecord(value: unknown): UnknownRecord {
  return isRecord(value) ? value : {}
}

/** The first of these fields that is there: `undefined` and `null` count as absent. */
export function firstPresent(record: UnknownRecord, names: readonly string[]): [name: string, value: unknown] | undefined {
  const name = names.find((candidate) => record[candidate] !== undefined && record[candidate] !== null)
  return name === undefined ? undefined : [name, record[name]]
}
