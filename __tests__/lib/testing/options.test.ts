import { createTokenBackend, type TokenBackendOptions } from '../../../lib/testing'
import { backendAt, post, signIn, START } from './client'

const EVE = { id: '9', email: 'eve@example.com', password: 'secret', name: 'Eve', roles: ['auditor'] }

it.each<[keyof TokenBackendOptions, unknown[]]>([
  ['accessTokenLifetime', [0, 0.999, -1, NaN, Infinity, '60', null]],
  ['refreshTokenLifetime', [0, -1, NaN, Infinity, '60', null]],
  ['grace', [-1, NaN, Infinity, '10', null]],
  ['rotate', ['yes', 1, null]],
  ['secret', ['', new Uint8Array(), 7, null]],
  ['now', [0, new Date(), null]],
  ['users', [{}, 'ada', null, [null], ['ada'], [{ ...EVE, roles: 'admin' }], [{ ...EVE, roles: [1] }]]],
  ['users', (['id', 'email', 'password', 'name', 'roles'] as const).map((field) => [{ ...EVE, [field]: undefined }])],
  ['users', (['id', 'email', 'password', 'name'] as const).map((field) => [{ ...EVE, [field]: '' }])],
  ['users', [[EVE, { ...EVE, id: '10' }], [EVE, { ...EVE, email: 'other@example.com' }]]],
])('quotes a bad "%s" at creation', (option, values) => {
  for (const value of values) {
    const create = () => createTokenBackend({ [option]: value })
    expect(create).toThrow(TypeError)
    expect(create).toThrow(`"${option}" must`)
  }
})

it('takes the least values', () => {
  const create = () => createTokenBackend({ accessTokenLifetime: 1, refreshTokenLifetime: 0.001, grace: 0, users: [] })
  expect(create).not.toThrow()
})

it('never quotes the secret', () => {
  expect(() => createTokenBackend({ secret: 'hush', grace: -1 })).toThrow(/^"grace" must be seconds, 0 or more$/)
})

it('gives tokens a minute and a day unless told otherwise', async () => {
  const usual = await signIn(backendAt().backend)
  expect(usual).toMatchObject({ accessTokenExpiry: START - 250 + 60_000, refreshTokenExpiry: START + 86_400_000 })
  const other = await signIn(backendAt({ accessTokenLifetime: 5, refreshTokenLifetime: 9 }).backend)
  expect(other).toMatchObject({ accessTokenExpiry: START - 250 + 5_000, refreshTokenExpiry: START + 9_000 })
})

it('knows the given users, as they were at creation, and no others', async () => {
  const users = [{ ...EVE, roles: [...EVE.roles] }]
  const backend = createTokenBackend({ users })
  users[0]!.roles.push('admin')
  users[0]!.password = 'changed'
  const { user } = await signIn(backend, EVE)
  expect(user).toEqual({ id: '9', email: 'eve@example.com', name: 'Eve', roles: ['auditor'] })
  expect((await post(backend, 'auth/login', { email: 'ada@example.com', password: 'correct-horse' })).status).toBe(401)
})
