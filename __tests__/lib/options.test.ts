import fc from 'fast-check'
import { resolveOptions } from '../../lib/options'
import { memoryCoordinator } from '../../lib/refresh/memory'

const refresh = async () => ({ accessToken: 'a' })

const NAMES = ['refresh', 'revoke', 'allowInsecure', 'window', 'timeout', 'retries', 'coordinator', 'retention', 'exposeAccessToken', 'keepIdToken', 'onEvent']

/** Options as someone without TypeScript would write them. */
function resolve(options: Record<string, unknown>) {
  return resolveOptions({ refresh, ...options })
}

/** What the caller is told about them. */
function complaintAbout(options: Record<string, unknown>): string {
  try {
    resolve(options)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
  throw new Error('the options were taken')
}

describe('the options of withTokenRefresh', () => {
  it('have defaults', () => {
    expect(resolveOptions()).toEqual({
      refresh: expect.any(Function),
      revoke: expect.any(Function),
      adviceOn: expect.any(Function),
      allowInsecure: [],
      window: undefined,
      timeout: 10,
      retries: 2,
      coordinator: expect.objectContaining({ once: expect.any(Function) }),
      retention: undefined,
      exposeAccessToken: true,
      keepIdToken: false,
      onEvent: undefined,
    })
  })

  it('have the same defaults where they are `undefined`', () => {
    const unset = Object.fromEntries(NAMES.map((name) => [name, undefined]))
    const { refresh: _, revoke: __, adviceOn: ___, coordinator: ____, ...values } = resolveOptions()
    expect(resolveOptions(unset)).toMatchObject(values)
  })

  it('are taken as they are', () => {
    const options = {
      window: (lifetime: number) => lifetime / 3,
      timeout: 5,
      retries: 0,
      coordinator: memoryCoordinator(),
      retention: 0,
      exposeAccessToken: false,
      keepIdToken: true,
      onEvent: () => {},
    }
    expect(resolveOptions(options)).toMatchObject(options)
  })

  it.each([
    ['window', 0],
    ['window', 30],
    ['window', 0.5],
    ['timeout', 0.001],
    ['timeout', 2_147_483],
    ['retries', 0],
    ['retries', 100],
    ['retention', 0],
    ['retention', 86_400],
    ['exposeAccessToken', false],
    ['keepIdToken', true],
  ])('may be at the edge: %s of %p', (name, value) => {
    expect(resolve({ [name]: value })).toMatchObject({ [name]: value })
  })

  it.each([
    ['refresh', 'https://api.example', "'https://api.example'"],
    ['revoke', true, 'true'],
    ['window', -1, '-1'],
    ['window', -0.001, '-0.001'],
    ['window', NaN, 'NaN'],
    ['window', Infinity, 'Infinity'],
    ['window', '60', "'60'"],
    ['window', null, 'null'],
    ['timeout', 0, '0'],
    ['timeout', -1, '-1'],
    ['timeout', 2_147_484, '2147484'],
    ['timeout', Infinity, 'Infinity'],
    ['timeout', NaN, 'NaN'],
    ['timeout', '10', "'10'"],
    ['retries', -1, '-1'],
    ['retries', 1.5, '1.5'],
    ['retries', Infinity, 'Infinity'],
    ['retries', '2', "'2'"],
    ['retries', true, 'true'],
    ['coordinator', null, 'null'],
    ['coordinator', 'redis', "'redis'"],
    ['retention', -1, '-1'],
    ['retention', NaN, 'NaN'],
    ['retention', Infinity, 'Infinity'],
    ['retention', '3600', "'3600'"],
    ['exposeAccessToken', 'no', "'no'"],
    ['keepIdToken', 1, '1'],
    ['exposeAccessToken', 0, '0'],
    ['exposeAccessToken', null, 'null'],
    ['onEvent', 'log', "'log'"],
  ])('can not be senseless: %s of %p', (name, value, quoted) => {
    const complaint = complaintAbout({ [name]: value })
    expect(complaint).toContain(`\`${name}\` must be `)
    expect(complaint.endsWith(`not ${quoted}`)).toBe(true)
  })

  it.each([
    ['refresh', { google: 'https://api.example' }],
    ['refresh', []],
    ['revoke', { google: null }],
    ['allowInsecure', ['google', 1]],
    ['allowInsecure', 'google'],
  ])('can not be half of what they should: %s of %j', (name, value) => {
    expect(complaintAbout({ [name]: value })).toContain(`\`${name}\` must be `)
  })

  it.each(['allowInsecure', 'window', 'timeout', 'coordinator', 'onEvent'])('can not be any object: %s', (name) => {
    expect(complaintAbout({ [name]: {} })).toContain(`\`${name}\` must be `)
  })

  it.each(['windows', 'refreshToken', 'Window', 'retry', 'maxAge', ''])('can not be unknown: `%s`', (name) => {
    const complaint = complaintAbout({ [name]: 1 })
    expect(complaint).toContain(`unknown option \`${name}\``)
    for (const known of NAMES) expect(complaint).toContain(known)
  })

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'can not be unknown, also where every object has one of that name: `%s`',
    (name) => {
      expect(complaintAbout({ [name]: 1 })).toContain(`unknown option \`${name}\``)
    },
  )

  it('are taken whole or complained about by name, whatever they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.anything({ withNullPrototype: true }), (name, value) => {
        try {
          resolve({ [name]: value })
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          expect((error as TypeError).message).toContain(`\`${name}\``)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
