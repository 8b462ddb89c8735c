import fc from 'fast-check'
import { mergedProvider } from '../../../lib/backends/merged-provider'
import { mergedByNextAuth, PROVIDER_FILES, shippedProvider } from '../../support/next-auth-providers'

const FILES = PROVIDER_FILES.filter((file) => file !== 'email')

const issuer = 'https://id.example.com/realms/one'
const OPTIONS = {
  'an issuer': { issuer },
  'a client': { clientId: 'id', clientSecret: 'secret', issuer },
  'a version': { clientId: 'id', version: '2.0', issuer },
  endpoints: {
    issuer,
    id: 'other',
    token: 'https://id.example.com/token?audience=api&x=1',
    authorization: { params: { scope: 'openid offline_access', prompt: 'consent' } },
    userinfo: { url: 'https://id.example.com/me?a=b' },
    checks: ['pkce'],
    client: { token_endpoint_auth_method: 'none' },
    httpOptions: { timeout: 9_000 },
    idToken: false,
    jwks: { keys: [{ kty: 'EC' }] },
  },
  'strings for objects': { issuer, authorization: 'https://id.example.com/authorize?scope=openid', wellKnown: 'https://id.example.com/x' },
}

it.each(Object.entries(OPTIONS))('merges each provider that next-auth ships as next-auth does: with %s', (_, options) => {
  for (const file of FILES) {
    const provider = shippedProvider(file, options)
    const ours = mergedProvider(provider)
    expect({ file, ...ours }).toEqual({ file, ...mergedByNextAuth(provider) })
  }
})

it('leaves the template and the options as they are', () => {
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
    return value
  }
  for (const file of FILES) mergedProvider(freeze(shippedProvider(file, { ...OPTIONS.endpoints })) as object)
})

it('merges as next-auth does, whatever the fields hold', () => {
  const field = fc.constantFrom('id', 'client', 'params', 'scope', 'token', 'issuer', 'version', 'checks', 'idToken', 'wellKnown')
  const leaf = fc.constantFrom(undefined, null, '', 0, false, true, 'https://a.example/b?c=d', 'https://x/openid-configuration', ['state'], [])
  const settings = fc.letrec<{ record: object; value: unknown }>((tie) => ({
    record: fc.dictionary(field, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    value: fc.oneof({ maxDepth: 3 }, leaf, tie('record')),
  }))
  // A version, a document's address and a scope are strings where they are there; next-auth fails over others.
  const strings = fc.record({ wellKnown: fc.constantFrom('https://a.example/.well-known/openid-configuration', undefined) }, { requiredKeys: [] })
  const type = fc.constantFrom('oauth', 'credentials')
  fc.assert(
    fc.property(settings.record, settings.record, type, strings, (template, options, type, { wellKnown }) => {
      const provider = () => ({ id: 'p', ...structuredClone(template), version: '2.0', wellKnown, authorization: { params: { scope: 'openid' } }, type, options: structuredClone(options) })
      const outcome = (merge: (provider: object) => unknown) => {
        try {
          return merge(provider())
        } catch {
          return 'no URL'
        }
      }
      expect(outcome(mergedProvider)).toEqual(outcome(mergedByNextAuth))
    }),
    { numRuns: 500 },
  )
})
