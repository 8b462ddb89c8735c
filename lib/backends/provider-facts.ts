import { PROVIDERS, type ProviderFacts } from './provider-table'

const BY_ID = new Map(Object.entries(PROVIDERS).map(([file, facts]) => [facts.id ?? file, facts]))

/** What is known of the provider whose template has this id; `undefined` for one that next-auth doesn't ship. */
export function factsOf(template: string): ProviderFacts | undefined {
  return BY_ID.get(template)
}

/** What a provider wants before its sign-ins bring a refresh token, as a sentence for the log. */
export function howToGetRefreshTokens(template: string): string {
  const facts = factsOf(template)
  if (!facts || facts.refreshes === 'no OAuth 2') {
    return 'Most providers give one for the scope `offline_access`, some for `access_type=offline` with `prompt=consent`.'
  }
  if (facts.refreshes === 'never') return `This provider issues none.${facts.note ? ` ${facts.note}` : ''}`
  const { options, console: setting } = facts
  const wants = [options && `the option \`${options}\``, setting && `in its settings ${setting}`].filter(Boolean)
  if (wants.length === 0) return 'This provider gives one without being asked: look at how the client is registered there.'
  return `This provider wants ${wants.join(', and ')}.`
}

/** Whether this answer to a refresh says, in the provider's own words, that the refresh token is no longer good. */
export function isRefusalOf(template: string, json: unknown): boolean {
  const words = factsOf(template)?.refusals ?? []
  return words.length > 0 && textsIn(json, 3).some((text) => words.includes(text.toLowerCase()))
}

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth === 0) return []
  return Object.values(value).flatMap((field) => textsIn(field, depth - 1))
}
