import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import { mergedProvider } from '../../../lib/backends/merged-provider'
import { identityOf } from '../../../lib/backends/provider-identity'
import { PROVIDERS, type ProviderFacts } from '../../../lib/backends/provider-table'
import { PROVIDER_FILES, shippedProvider } from '../../support/next-auth-providers'
import { providerDocs } from '../../support/provider-docs'

const DOCS = path.join(__dirname, '../../../docs/providers.md')

/** The options that the table wants, as an app would write them. */
const wanted = ({ options = '' }: ProviderFacts) => runInNewContext(`({ ${options} })`) as Record<string, unknown>
const client = { clientId: 'app', clientSecret: 'secret', issuer: 'https://id.example.com' }
const scopesOf = (provider: Record<string, unknown>): string[] => {
  const { params } = (provider['authorization'] ?? {}) as { params?: { scope?: string } }
  return (params?.scope ?? '').split(/[ ,+]/).filter(Boolean)
}

it('holds every provider file that next-auth ships, and no other', () => {
  expect(Object.keys(PROVIDERS)).toEqual(PROVIDER_FILES)
})

it.each(Object.entries(PROVIDERS).filter(([file]) => file !== 'email'))('says of %s what its template says', (file, facts) => {
  const plain = shippedProvider(file, { ...client }) as Record<string, unknown>
  const given = shippedProvider(file, { ...client, ...wanted(facts) })
  const merged = mergedProvider(given)
  expect(plain['id']).toBe(facts.id ?? file)
  expect(identityOf(given).isOAuth).toBe(facts.refreshes !== 'no OAuth 2')
  // Scopes replace those of the template, which have to be named again.
  expect(scopesOf(merged)).toEqual(expect.arrayContaining(scopesOf(mergedProvider(plain))))
  if (facts.refreshes === 'as it is' || facts.refreshes === 'with settings') {
    expect(merged['wellKnown'] ?? (merged['token'] as { url?: string }).url).toMatch(/^https:/)
  }
  if (facts.revocation !== undefined) expect(merged).toMatchObject({ token: { url: expect.any(String) as string } })
})

it.each(Object.entries(PROVIDERS))('says no more and no less than it means of %s', (_, { refreshes, options, console, refusals = [] }) => {
  expect(options !== undefined || console !== undefined || refreshes !== 'with settings').toBe(true)
  expect(options === undefined || refreshes === 'with settings').toBe(true)
  expect(refusals.map((word) => word.toLowerCase())).toEqual(refusals)
})

// `UPDATE_DOCS=1 npx jest provider-table` writes the page.
it('is what the docs show', () => {
  if (process.env['UPDATE_DOCS']) writeFileSync(DOCS, providerDocs())
  expect(readFileSync(DOCS, 'utf8')).toBe(providerDocs())
})
