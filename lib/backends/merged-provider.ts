import { asRecord, isRecord, type UnknownRecord } from '../record'

/** Endpoints that next-auth takes as a string, whose query then becomes parameters. */
const ENDPOINTS = ['authorization', 'token', 'userinfo']

/**
 * A provider as next-auth uses it: its template with the app's `options` merged in, field by field, also within objects.
 * Neither of them is changed, while next-auth itself writes into the template.
 *
 * @throws {TypeError} for an endpoint that is no URL
 */
export function mergedProvider(provider: object): UnknownRecord {
  const { options, ...template }: UnknownRecord = { ...provider }
  if (template['type'] !== 'oauth') return mergedFields(template, asRecord(options))
  return mergedFields(withDefaults(withParsedEndpoints(template)), withParsedEndpoints(asRecord(options)))
}

/** `base` with the fields of `over`: objects are merged, all else is replaced. An object never replaces a plain value. */
function mergedFields(base: UnknownRecord, over: UnknownRecord): UnknownRecord {
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(over)) {
    if (!isRecord(value)) merged[name] = value
    else if (!merged[name]) merged[name] = mergedFields({}, value)
    else if (isRecord(merged[name])) merged[name] = mergedFields(merged[name], value)
  }
  return merged
}

function withParsedEndpoints(settings: UnknownRecord): UnknownRecord {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) =>
      ENDPOINTS.includes(name) && typeof value === 'string' ? [name, parsedEndpoint(value)] : [name, value],
    ),
  )
}

function parsedEndpoint(endpoint: string): { url: string; params: Record<string, string> } {
  const { origin, pathname, searchParams } = new URL(endpoint)
  return { url: `${origin}${pathname}`, params: Object.fromEntries(searchParams) }
}

/** What next-auth assumes of a template; OAuth 1 has no such defaults. */
function withDefaults(template: UnknownRecord): UnknownRecord {
  const { version, idToken, wellKnown, authorization, checks } = template
  if (typeof version === 'string' && version.startsWith('1.')) return template
  const params = asRecord(asRecord(authorization)['params'])
  const isOpenID = includes(wellKnown, 'openid-configuration') ?? includes(params['scope'], 'openid')
  return { ...template, idToken: Boolean(idToken ?? isOpenID), checks: checks || ['state'] }
}

function includes(text: unknown, part: string): boolean | undefined {
  return typeof text === 'string' ? text.includes(part) : undefined
}
