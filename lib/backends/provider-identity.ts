import { asRecord, type UnknownRecord } from '../record'

/** Which provider this is. */
export interface ProviderIdentity {
  /** Its name in this app, as `account.provider` and cookies have it. */
  id: string
  /** The id of its template, which the app's options may override. */
  template: string
  /** Whether it speaks OAuth 2, and so may offer the refresh grant. */
  isOAuth: boolean
}

/** Reads it as next-auth does: the app's options win. */
export function identityOf(provider: object): ProviderIdentity {
  const { id: template, type, version, options }: UnknownRecord = { ...provider }
  const own = asRecord(options)
  const protocol = own['version'] ?? version
  return {
    id: String(own['id'] ?? template),
    template: String(template),
    isOAuth: type === 'oauth' && !(typeof protocol === 'string' && protocol.startsWith('1.')),
  }
}
