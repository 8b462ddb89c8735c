import { createHash } from 'node:crypto'
import type { IssuedTokenSet, Trouble } from './coordinator'
import { parseSuccessor, parseTrouble } from './redis-knowledge'
import type { RedisLink } from './redis-link'
import { readNumber, readText } from './redis-reply'
import { idOf, seal, unseal } from './redis-seal'

/** What Redis knows, and for how many more milliseconds. */
export interface Stored<T> {
  value: T
  ttl: number
}

export interface StoredKnowledge {
  successor: Stored<IssuedTokenSet> | undefined
  trouble: Stored<Trouble> | undefined
}

/** A value of another type under one of our names counts as none. */
const READ = `
local function read(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value or false
end
return { read(KEYS[1]), redis.call('PTTL', KEYS[1]), read(KEYS[2]), redis.call('PTTL', KEYS[2]) }`

/**
 * Where a provider doesn't rotate, one name serves all generations: a process that comes late must not undo a newer
 * one, nor the trouble that has come since.
 */
const WRITE_SUCCESSOR = `
local known = redis.pcall('GET', KEYS[1])
local generation = type(known) == 'string' and tonumber(string.match(known, '^(%d+) '))
if generation and generation > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if generation ~= tonumber(ARGV[3]) then redis.call('DEL', KEYS[2]) end
return 1`

const WRITE = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const TIME_LEFT = `return redis.call('PTTL', KEYS[1])`

/** Longer is as good as for ever, and within what Redis takes. */
const LONGEST_MS = 365 * 24 * 3_600_000

/** Knowledge of refresh tokens and ended sessions in Redis, nothing in clear. `undefined` says that Redis is away. */
export function createRedisStore(link: RedisLink, prefix: string) {
  const namesOf = (key: string) => {
    const id = `${prefix}{${idOf(key)}}`
    return { lock: `${id}:lock`, successor: `${id}:successor`, trouble: `${id}:trouble` }
  }
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url')
  const endedName = (sessionId: string) => `${prefix}ended:${digest(sessionId)}`

  async function readSealed<T>(key: string, sealed: unknown, ttl: unknown, parse: (value: unknown) => T | undefined) {
    const text = readText(sealed)
    const value = text ? parse(await unseal(key, text.slice(text.indexOf(' ') + 1))) : undefined
    return value === undefined ? undefined : { value, ttl: readNumber(ttl) ?? 0 }
  }

  function write(name: string, value: string, ttl: number): Promise<void> {
    return link.write(name, (left) => ({ script: WRITE, keys: [name], args: [value, left] }), Math.min(ttl, LONGEST_MS))
  }

  return {
    lockName: (key: string) => namesOf(key).lock,

    async read(key: string): Promise<StoredKnowledge | undefined> {
      const { successor, trouble } = namesOf(key)
      const command = { script: READ, keys: [successor, trouble], args: [] }
      const reply = await link.ask(command, (array) => (Array.isArray(array) ? (array as unknown[]) : undefined))
      if (!reply) return undefined
      return {
        successor: await readSealed(key, reply[0], reply[1], parseSuccessor),
        trouble: await readSealed(key, reply[2], reply[3], parseTrouble),
      }
    },

    async writeSuccessor(key: string, tokenSet: IssuedTokenSet, ttl: number): Promise<void> {
      const { successor, trouble } = namesOf(key)
      const { generation } = tokenSet
      const value = `${generation} ${await seal(key, tokenSet)}`
      link.forget(trouble)
      await link.write(
        successor,
        (left) => ({ script: WRITE_SUCCESSOR, keys: [successor, trouble], args: [value, left, generation] }),
        Math.min(ttl, LONGEST_MS),
      )
    },

    /** It holds no secret; sealed, nobody but a holder of the token can make one up. */
    async writeTrouble(key: string, value: Trouble, ttl: number): Promise<void> {
      const { trouble } = namesOf(key)
      await write(trouble, await seal(key, value), ttl)
    },

    async writeEnded(sessionId: string, ttl: number): Promise<void> {
      await write(endedName(sessionId), '1', ttl)
    },

    /** For how many more milliseconds the session counts as ended; 0 where it doesn't. */
    async readEnded(sessionId: string): Promise<number | undefined> {
      const left = await link.ask({ script: TIME_LEFT, keys: [endedName(sessionId)], args: [] }, readNumber)
      return left === undefined ? undefined : Math.max(left, 0)
    },
  }
}
