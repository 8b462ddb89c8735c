import { startDemo, type DemoApp } from './demo-app'
import type { OidcClientName, OidcServer } from './oidc-server'

/** The built demo as one of the provider's clients: its `withTokenRefresh` has no options. */
export async function startOidcDemo(oidc: OidcServer, name: OidcClientName, env: Record<string, string> = {}): Promise<DemoApp> {
  const { clientId, clientSecret = '' } = oidc.clients[name]
  const demo = await startDemo({
    API_BASE_URL: oidc.issuer,
    OIDC_ISSUER: oidc.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    ...env,
  })
  await oidc.register({ origin: demo.origin })
  return demo
}
