import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth, { type NextAuthOptions } from 'next-auth'
import { createTokenBackend, type TokenBackend, type TokenBackendOptions } from '../../lib/testing'
import { withTokenRefresh, type TokenRefreshOptions } from '../../lib'
import { rest, type BackendKind } from './backend-kind'
import { createHttpBrowser, type HttpBrowser } from './http-browser'
import { listen } from './listen'

export const SECRET = 'a secret of the tests'

/** Runs in a request as an API route would. */
export type Route = (req: NextApiRequest, res: NextApiResponse, authOptions: NextAuthOptions) => Promise<unknown>

export interface AuthServer {
  backend: TokenBackend
  backendOrigin: string
  authOptions: NextAuthOptions
  origin: string
  /** API routes by path; more can be added. */
  routes: Record<string, Route>
  /** Routes `[...path]` by the path in front of that, with `bodyParser: false`; more can be added. */
  catchAlls: Record<string, Route>
  browser(): HttpBrowser
  close(): Promise<void>
}

export interface AuthServerOptions {
  /** @default a JSON backend */
  kind?: BackendKind
  backend?: TokenBackendOptions
  refresh?: Partial<TokenRefreshOptions>
  auth?: Partial<NextAuthOptions>
  /** API routes by path. */
  routes?: Record<string, Route>
}

/** next-auth itself over HTTP, in front of a strict token backend over HTTP; only Next's router is left out. */
export async function startAuthServer(options: AuthServerOptions = {}): Promise<AuthServer> {
  const backend = createTokenBackend(options.backend)
  const kind = options.kind ?? rest
  const backendServer = await kind.serve(backend)
  const { provider, refresh } = kind.inApp(backendServer.origin)
  const authOptions = withTokenRefresh(
    { secret: SECRET, providers: [provider], ...options.auth },
    { ...refresh, ...options.refresh },
  )
  const routes = { ...options.routes }
  const catchAlls: AuthServer['catchAlls'] = {}
  const appServer = await listen((req, res) => {
    serve(req, res, authOptions, routes, catchAlls).catch((error: unknown) => {
      res.statusCode = 500
      res.end(String(error))
    })
  })
  // next-auth warns where it is not set; which address it names makes no difference to these tests.
  process.env['NEXTAUTH_URL'] ??= appServer.origin
  return {
    backend,
    backendOrigin: backendServer.origin,
    authOptions,
    routes,
    catchAlls,
    origin: appServer.origin,
    browser: () => createHttpBrowser(appServer.origin, kind.signIn),
    async close() {
      await appServer.close()
      await backendServer.close()
    },
  }
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  authOptions: NextAuthOptions,
  routes: Record<string, Route>,
  catchAlls: Record<string, Route>,
): Promise<unknown> {
  const prefix = Object.keys(catchAlls).find((path) => req.url?.startsWith(`${path}/`))
  if (prefix) return serveCatchAll(req, res, authOptions, prefix, catchAlls[prefix])
  const url = new URL(req.url ?? '/', `http://${req.headers.host}`)
  const body = await text(req)
  const isForm = req.headers['content-type']?.includes('form')
  const apiRequest = Object.assign(req, {
    query: Object.fromEntries(url.searchParams),
    cookies: cookiesOf(req.headers.cookie),
    body: isForm ? Object.fromEntries(new URLSearchParams(body)) : body && JSON.parse(body),
  }) as unknown as NextApiRequest
  const apiResponse = Object.assign(res, {
    status(code: number) {
      res.statusCode = code
      return apiResponse
    },
    json(value: unknown) {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify(value))
    },
    send(value: unknown) {
      res.end(typeof value === 'string' ? value : JSON.stringify(value))
    },
  }) as unknown as NextApiResponse

  const route = routes[url.pathname]
  if (route) return route(apiRequest, apiResponse, authOptions)
  apiRequest.query['nextauth'] = url.pathname.replace('/api/auth/', '').split('/')
  return NextAuth(apiRequest, apiResponse, authOptions)
}

/** As Next does it, though nothing is normalised first: what the route must not rely on. */
async function serveCatchAll(
  req: IncomingMessage,
  res: ServerResponse,
  authOptions: NextAuthOptions,
  prefix: string,
  route: Route | undefined,
): Promise<unknown> {
  const path = (req.url ?? '').slice(prefix.length + 1).replace(/\?.*/s, '').replace(/\/$/, '')
  try {
    const query = { path: path.split('/').map(decodeURIComponent) }
    Object.assign(req, { query, cookies: cookiesOf(req.headers.cookie) })
  } catch {
    res.statusCode = 400
    return res.end('Bad Request')
  }
  return route?.(req as NextApiRequest, res as NextApiResponse, authOptions)
}

function cookiesOf(header = ''): Record<string, string> {
  const pairs = header.split('; ').filter(Boolean)
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
    }),
  )
}
