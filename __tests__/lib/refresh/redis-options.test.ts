import { redisCoordinator, type RedisClient } from '../../../lib/redis'

const client: RedisClient = { sendCommand: () => {}, eval: async () => 1 }
const create = (options: object) => () => redisCoordinator({ client, ...options })

it.each([
  ['client', undefined, 'is missing'],
  ['client', 'redis://localhost', "not 'redis://localhost'"],
  ['client', { eval: async () => 1 }, 'not an object'],
  ['client', { call: async () => 1 }, 'not an object'],
  ['prefix', '', "not ''"],
  ['prefix', 7, 'not 7'],
  ['lockTimeout', 0, 'not 0'],
  ['lockTimeout', -1, 'not -1'],
  ['lockTimeout', '5', "not '5'"],
  ['lockTimeout', NaN, 'not NaN'],
  ['lockTimeout', 2_147_484, 'not 2147484'],
  ['commandTimeout', 0, 'not 0'],
  ['commandTimeout', Infinity, 'not Infinity'],
  ['maxEntries', 0, 'not 0'],
  ['maxEntries', 1.5, 'not 1.5'],
  ['scope', '', "not ''"],
  ['ttl', 5, 'unknown option `ttl`; there are client, prefix'],
  ['toString', 5, 'unknown option `toString`'],
])('%s can not be %p', (name, value, complaint) => {
  expect(create({ [name]: value })).toThrow(TypeError)
  expect(create({ [name]: value })).toThrow(`\`${name}\``)
  expect(create({ [name]: value })).toThrow(complaint)
})

it('can not be left out altogether', () => {
  expect(() => redisCoordinator(undefined as never)).toThrow('redisCoordinator: `client` is missing')
})

it('takes an option that is undefined as not given', () => {
  expect(create({ prefix: undefined, lockTimeout: undefined })).not.toThrow()
})

it('never shows a client, which holds a password', () => {
  const secretive = { options: { password: 'hunter2' }, toString: () => 'hunter2', toJSON: () => 'hunter2' }
  const message = expect.not.stringContaining('hunter2') as string
  expect(create({ client: secretive })).toThrow(expect.objectContaining({ message }))
})

it('never shows the password of an address that was given for the client', () => {
  const address = 'redis://app:hunter2@redis.internal:6379'
  expect(create({ client: address })).toThrow("not 'redis://…@redis.internal:6379'")
})
