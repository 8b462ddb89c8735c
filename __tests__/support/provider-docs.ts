import { PROVIDERS, type ProviderFacts } from '../../lib/backends/provider-table'

const HEADINGS: Record<ProviderFacts['refreshes'], string> = {
  'as it is': 'refreshes as it is',
  'with settings': 'refreshes with these settings',
  never: 'issues no refresh tokens',
  'no OAuth 2': 'is no OAuth 2',
}

/** The page of the docs that shows what is known of next-auth's providers. */
export function providerDocs(): string {
  const rows = Object.entries(PROVIDERS).map(([file, facts]) => [
    `\`${file}\``,
    HEADINGS[facts.refreshes],
    facts.options ? `\`${facts.options}\`` : '',
    facts.console ?? '',
    facts.note ?? '',
  ])
  const table = [['provider', 'tokens', 'options to add', 'to set at the provider', 'good to know'], Array<string>(5).fill('---'), ...rows]
  return `${INTRODUCTION}\n${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}

const INTRODUCTION = `# Providers

With OAuth and OpenID providers \`withTokenRefresh\` needs no options: it renews tokens at the provider that signed the user
in, and revokes them there at sign-out where the provider offers that. What a provider wants before its sign-ins bring a
refresh token at all is in this table: every provider that next-auth 4 ships, by the name of its file. A sign-in that brought
none says the same in the log, once.

- **Refreshes as it is**: nothing to do.
- **Refreshes with these settings**: add the options to the provider, and what else there is to set where the provider
  registers your app.
- **Issues no refresh tokens**: the session lives as long as its access token. A token that states no lifetime never expires,
  and neither does the session, but for next-auth's own \`maxAge\`. Nobody tries to renew it.
- **Is no OAuth 2**: pass a \`refresh\` where its sign-ins bring tokens.

A provider of your own, or one that isn't here, works the same way, by its \`wellKnown\`, its \`issuer\` or its \`token\` address.
Most OpenID providers want the scope \`offline_access\`.
`
