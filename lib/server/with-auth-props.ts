import type { ParsedUrlQuery } from 'node:querystring'
import type {
  GetServerSideProps,
  GetServerSidePropsContext,
  GetServerSidePropsResult,
  PreviewData,
  Redirect,
} from 'next'
import type { NextAuthOptions } from 'next-auth'
import { internalsOf } from '../next-auth/internals'
import { hasRole } from '../roles'
import { loginURL, pathAt } from '../way-back'
import { ensureFreshToken, type FreshToken } from './ensure-fresh-token'
import { requireGuardOptions } from './guard-options'

/** What Next hands to `getServerSideProps`, and the user's fresh token and session. */
export type AuthPropsContext<
  Q extends ParsedUrlQuery = ParsedUrlQuery,
  D extends PreviewData = PreviewData,
> = GetServerSidePropsContext<Q, D> & FreshToken

/** Who may see the page, and where the others go. */
export interface WithAuthPropsOptions {
  /**
   * Names of which the user must have one, in `session.user.roles`.
   * @default none: any signed-in user will do
   */
  roles?: readonly string[]
  /**
   * The login page's path, as in a link: without the base path or a locale.
   * @default next-auth's `pages.signIn`, which may have the base path, else '/login'
   */
  loginPath?: string
}

type Props = Record<string, unknown>

/** The session, for `RefreshSessionProvider` in `_app`: the browser starts with it, and asks for none. */
export interface SessionProps {
  session: FreshToken['session']
}

/** What a page with `roles` gets: `forbidden` says whether the user lacks them, and then there is nothing else. */
export type RoleProps<P> = (SessionProps & { forbidden: true }) | (P & SessionProps & { forbidden: false })

type Page<P, Q extends ParsedUrlQuery, D extends PreviewData> = (
  context: AuthPropsContext<Q, D>,
) => Promise<GetServerSidePropsResult<P>> | GetServerSidePropsResult<P>

/**
 * `getServerSideProps` for the signed-in: it is called with their fresh token, and their session is added to its props.
 * Others are led to the login page with the way back. A user who has none of the `roles` gets the page with the status
 * 403 and `forbidden: true` in place of its props (200 where the browser navigates within the app: Next's router would
 * reload the page for any other).
 *
 * @throws {TypeError} for `authOptions` that `withTokenRefresh` has not made, for a login page that is no path, and for an
 * option that is unknown or can't be
 */
export function withAuthProps<
  P extends object = object,
  Q extends ParsedUrlQuery = ParsedUrlQuery,
  D extends PreviewData = PreviewData,
>(
  authOptions: NextAuthOptions,
  getServerSideProps: Page<P, Q, D> | undefined,
  options: WithAuthPropsOptions & { roles: readonly string[] },
): GetServerSideProps<RoleProps<P>, Q, D>
export function withAuthProps<
  P extends object = object,
  Q extends ParsedUrlQuery = ParsedUrlQuery,
  D extends PreviewData = PreviewData,
>(
  authOptions: NextAuthOptions,
  getServerSideProps?: Page<P, Q, D>,
  options?: Omit<WithAuthPropsOptions, 'roles'>,
): GetServerSideProps<P & SessionProps, Q, D>
export function withAuthProps<Q extends ParsedUrlQuery, D extends PreviewData>(
  authOptions: NextAuthOptions,
  getServerSideProps?: Page<object, Q, D>,
  options: WithAuthPropsOptions = {},
): GetServerSideProps<Props, Q, D> {
  internalsOf(authOptions, 'withAuthProps')
  requireGuardOptions('withAuthProps', options, ['roles', 'loginPath'])
  const { roles, loginPath = withoutBasePath(authOptions.pages?.signIn ?? '/login') } = options
  if (!/^\/(?!\/)/.test(loginPath)) {
    throw new TypeError(`withAuthProps: \`loginPath\` must be a path, such as '/login', not '${loginPath}'`)
  }

  return async (context) => {
    const { req, res } = context
    const fresh = await ensureFreshToken(req, res, authOptions)
    if (!fresh) return toLogin(loginPath, context)
    if (!hasRole(fresh.session, roles)) {
      if (!isNavigation(context)) res.statusCode = 403
      return { props: { session: fresh.session, forbidden: true } }
    }
    const result = getServerSideProps ? await getServerSideProps({ ...context, ...fresh }) : { props: {} }
    if (!('props' in result)) return result
    const props = await result.props
    // A 401 on the way may have renewed the token, or shown that the session is over.
    const latest = await ensureFreshToken(req, res, authOptions)
    if (!latest) return toLogin(loginPath, context)
    return { ...result, props: { ...props, session: latest.session, ...(roles && { forbidden: false }) } }
  }
}

/** Stands for the origin while paths are taken apart. */
const HERE = 'http://here.invalid'

/** Next adds the base path to where it leads by itself, but not the locale, and to the way back neither. */
function toLogin(loginPath: string, context: GetServerSidePropsContext): { redirect: Redirect } {
  const { resolvedUrl, locale, defaultLocale } = context
  const prefix = locale === undefined || locale === defaultLocale ? '' : `/${locale}`
  const wayBack = basePath() + prefix + resolvedUrl
  return { redirect: { destination: loginURL(prefix + loginPath, wayBack, HERE), permanent: false } }
}

/** Next's `basePath`, which it takes off all that it tells a page. next-auth has to be told it in `NEXTAUTH_URL`. */
function basePath(): string {
  const stated = process.env['NEXTAUTH_URL'] ?? ''
  // next-auth takes it without the scheme, too.
  const url = /^https?:/.test(stated) ? stated : `https://${stated}`
  const path = URL.canParse(url) ? new URL(url).pathname : ''
  return /^(\/.+)\/api\/auth\/?$/.exec(path)?.[1] ?? ''
}

/** next-auth leads to `pages.signIn` itself, and adds nothing to it. */
function withoutBasePath(signIn: string): string {
  return signIn.startsWith('/') ? (pathAt(signIn, HERE, basePath()) ?? signIn) : signIn
}

/** Whether the browser only asks for a page's data, to show it without a reload. */
function isNavigation({ req }: GetServerSidePropsContext): boolean {
  return req.headers['x-nextjs-data'] !== undefined || (req.url ?? '').includes('/_next/data/')
}
