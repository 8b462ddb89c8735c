/** What is known of a provider that next-auth ships. */
export interface ProviderFacts {
  /**
   * Whether sign-ins bring a refresh token: as next-auth sets the provider up, with further settings, or never; then the
   * session lives as long as the access token, which may be for ever. Some aren't OAuth 2 at all.
   */
  refreshes: 'as it is' | 'with settings' | 'never' | 'no OAuth 2'
  /** Options to add to the provider, as code. */
  options?: string
  /** What has to be set where the provider registers its clients. */
  console?: string
  note?: string
  /** Its id, where that is not the name of its file. */
  id?: string
  /** Where it revokes tokens (RFC 7009) without announcing it, relative to its token endpoint. */
  revocation?: string
  /** Words by which it refuses a refresh token for good, besides RFC 6749's `invalid_grant`; in lower case. */
  refusals?: readonly string[]
  /** Whether its discovery document names an issuer that can't be told from its address. */
  hasIssuerOfItsOwn?: true
}

const scope = (scopes: string) => `authorization: { params: { scope: '${scopes}' } }`
const OFFLINE = scope('openid email profile offline_access')
const SHORT_LIVED =
  'The access token lives for minutes, and the session with it, unless the `signIn` callback deletes `account.expires_at`: then ' +
  "it lives as long as next-auth's own."

/** The providers by the names of their files. `docs/providers.md` shows the same. */
export const PROVIDERS: Readonly<Record<string, ProviderFacts>> = {
  '42-school': { refreshes: 'as it is' },
  apple: {
    refreshes: 'as it is',
    note: 'The refresh token stays the same. Apple may throttle clients that refresh often; that only puts a renewal off. The client secret is a JWT of six months at most.',
  },
  atlassian: { refreshes: 'with settings', options: scope('read:me offline_access'), refusals: ['refresh_token is invalid'] },
  auth0: {
    refreshes: 'with settings',
    options: OFFLINE,
    console: 'the grant type Refresh Token in the application; Allow Offline Access in the API, where there is an `audience`',
  },
  authentik: { refreshes: 'with settings', options: OFFLINE, console: 'the scope mapping `offline_access` in the provider' },
  'azure-ad': {
    refreshes: 'with settings',
    options: scope('openid profile email offline_access'),
    refusals: ['interaction_required'],
    hasIssuerOfItsOwn: true,
  },
  'azure-ad-b2c': {
    refreshes: 'with settings',
    options: scope('openid offline_access <client id or scope of your API>'),
    note: 'B2C gives an access token only for a scope of an API; the client id stands for the app itself.',
    refusals: ['interaction_required'],
    hasIssuerOfItsOwn: true,
  },
  battlenet: { refreshes: 'never', note: 'The access token lives for a day.' },
  box: { refreshes: 'as it is' },
  'boxyhq-saml': { refreshes: 'never', note: SHORT_LIVED },
  bungie: { refreshes: 'as it is', console: 'the client type Confidential' },
  cognito: {
    refreshes: 'as it is',
    console: 'the authentication flow ALLOW_REFRESH_TOKEN_AUTH of the app client, which is on by default',
    note: 'The refresh token stays the same unless rotation is on.',
  },
  coinbase: { refreshes: 'with settings', options: scope('wallet:user:email wallet:user:read offline_access') },
  credentials: { refreshes: 'no OAuth 2', note: 'Its tokens come from `authorize`; `restBackend` and `cookieBackend` renew them.' },
  discord: { refreshes: 'as it is', revocation: 'token/revoke' },
  dropbox: { refreshes: 'as it is', note: 'The refresh token stays the same.' },
  'duende-identity-server6': {
    refreshes: 'with settings',
    options: scope('openid profile email offline_access'),
    console: 'AllowOfflineAccess of the client',
    id: 'duende-identityserver6',
  },
  email: { refreshes: 'no OAuth 2', note: 'There are no tokens.' },
  eveonline: { refreshes: 'as it is', revocation: 'revoke' },
  facebook: { refreshes: 'never', note: 'The access token lives for about two months.' },
  faceit: { refreshes: 'as it is' },
  foursquare: { refreshes: 'never', note: 'The access token does not expire.' },
  freshbooks: {
    refreshes: 'with settings',
    options:
      "authorization: 'https://auth.freshbooks.com/oauth/authorize', " +
      "token: { url: 'https://api.freshbooks.com/auth/oauth/token', params: { redirect_uri: '<your app>/api/auth/callback/freshbooks' } }, " +
      "userinfo: 'https://api.freshbooks.com/auth/api/v1/users/me', client: { token_endpoint_auth_method: 'client_secret_post' }",
    note: 'The endpoints are those of an older next-auth, so they have to be given.',
  },
  fusionauth: { refreshes: 'as it is', console: 'the grant Refresh Token of the application', hasIssuerOfItsOwn: true },
  github: {
    refreshes: 'with settings',
    console: 'a GitHub App with Expire user authorization tokens',
    note: 'The access token of an OAuth App does not expire.',
    refusals: ['bad_refresh_token'],
  },
  gitlab: { refreshes: 'as it is', revocation: 'revoke' },
  google: {
    refreshes: 'with settings',
    options: "authorization: { params: { access_type: 'offline', prompt: 'consent' } }",
    note: 'The refresh token stays the same. While the consent screen is in testing, it lives for a week.',
  },
  hubspot: { refreshes: 'as it is', refusals: ['bad_refresh_token'] },
  'identity-server4': {
    refreshes: 'with settings',
    options: scope('openid profile email offline_access'),
    console: 'AllowOfflineAccess of the client',
  },
  instagram: { refreshes: 'never', note: 'Long-lived tokens are renewed in a way of their own: pass a `refresh` for it.' },
  kakao: { refreshes: 'as it is', note: 'A new refresh token comes in the last month of the old one.' },
  keycloak: {
    refreshes: 'as it is',
    note: 'The refresh token lives as long as the SSO session (30 min idle by default); with the scope `offline_access` it outlives that.',
  },
  line: { refreshes: 'as it is', note: 'The refresh token stays the same.' },
  linkedin: { refreshes: 'never', note: 'The access token lives for two months. Approved partners get refresh tokens, which are used.' },
  mailchimp: { refreshes: 'never', note: 'The access token does not expire.' },
  mailru: { refreshes: 'as it is' },
  medium: { refreshes: 'as it is' },
  naver: { refreshes: 'as it is', note: 'The refresh token stays the same.' },
  netlify: { refreshes: 'never', note: 'The access token does not expire.' },
  okta: { refreshes: 'with settings', options: OFFLINE, console: 'the grant type Refresh Token of the application' },
  onelogin: { refreshes: 'as it is', console: 'a Refresh Token Timeout in the application' },
  osso: { refreshes: 'never', note: 'The service has been closed.' },
  osu: { refreshes: 'as it is' },
  passage: { refreshes: 'with settings', options: scope('openid email offline_access'), console: 'refresh tokens of the app' },
  patreon: { refreshes: 'as it is' },
  pinterest: { refreshes: 'as it is' },
  pipedrive: { refreshes: 'as it is', revocation: 'revoke' },
  reddit: {
    refreshes: 'with settings',
    options: "authorization: { params: { duration: 'permanent' } }",
    note: "Reddit wants a `User-Agent` of the app's own: `httpOptions: { headers: { 'User-Agent': '...' } }`.",
    revocation: 'revoke_token',
  },
  salesforce: {
    refreshes: 'with settings',
    options: scope('openid refresh_token'),
    console: 'the scope Perform requests at any time (refresh_token) of the connected app',
    note: 'Its answers state no lifetime: the token is renewed every few minutes unless it is a JWT.',
    revocation: 'revoke',
  },
  slack: {
    refreshes: 'never',
    note: 'The access token of Sign in with Slack does not expire, unless token rotation is on; then there are refresh tokens, which are used.',
    refusals: ['invalid_refresh_token', 'token_revoked', 'token_expired'],
  },
  spotify: { refreshes: 'as it is' },
  strava: { refreshes: 'as it is', refusals: ['refreshtoken'] },
  todoist: { refreshes: 'never', note: 'The access token does not expire.' },
  trakt: {
    refreshes: 'with settings',
    options: "token: { params: { redirect_uri: '<your app>/api/auth/callback/trakt' } }",
    note: 'Sign-ins bring a refresh token anyway; Trakt wants the address to renew it.',
  },
  twitch: { refreshes: 'as it is', note: 'The refresh token stays the same.', refusals: ['invalid refresh token'] },
  twitter: {
    refreshes: 'with settings',
    options: "version: '2.0'",
    note: 'OAuth 1 has no refresh tokens; its tokens do not expire, and are not kept in the session.',
    revocation: 'revoke',
    refusals: ['value passed for the token was invalid.'],
  },
  'united-effects': {
    refreshes: 'with settings',
    options: "authorization: { params: { scope: 'openid email profile offline_access', prompt: 'consent' } }",
  },
  vk: { refreshes: 'never', note: 'The access token lives for a day; with the scope `offline` it does not expire.' },
  wikimedia: { refreshes: 'as it is', console: 'the grant type Refresh token of the consumer' },
  wordpress: { refreshes: 'never', note: 'The access token does not expire.' },
  workos: { refreshes: 'never', note: SHORT_LIVED },
  yandex: { refreshes: 'as it is' },
  zitadel: { refreshes: 'with settings', options: OFFLINE, console: 'the grant type Refresh Token of the application' },
  zoho: {
    refreshes: 'with settings',
    options: "authorization: { params: { access_type: 'offline', prompt: 'consent' } }",
    note: "Accounts of another data centre have their own endpoints: give `authorization`, `token` and `userinfo` for it. The refresh token stays the same.",
    refusals: ['invalid_code'],
  },
  zoom: { refreshes: 'as it is', revocation: 'revoke' },
}
