// Clients can be set to give texts as buffers and numbers as texts. `undefined` stands for a reply of another kind.

/** 1 or 0. */
export function readFlag(reply: unknown): boolean | undefined {
  const number = readNumber(reply)
  return number === 1 ? true : number === 0 ? false : undefined
}

export function readNumber(reply: unknown): number | undefined {
  const text = typeof reply === 'bigint' || typeof reply === 'number' ? reply : readText(reply)
  const number = text === null || text === '' ? NaN : Number(text)
  return Number.isNaN(number) ? undefined : number
}

/** A text; `null` where there is none under that key. */
export function readText(reply: unknown): string | null | undefined {
  if (reply === null || typeof reply === 'string') return reply
  return Buffer.isBuffer(reply) ? reply.toString() : undefined
}
