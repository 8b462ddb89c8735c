import { createBackendProxy, type BackendProxyOptions } from '../../lib/server'
import { startAuthServer, type AuthServer, type AuthServerOptions } from './auth-server'
import type { HttpBrowser } from './http-browser'
import { startRecordingBackend, type RecordingBackend } from './recording-backend'

export interface ProxiedApp {
  server: AuthServer
  /** What the proxy leads to. */
  backend: RecordingBackend
  /** A server that nothing may ever reach. */
  elsewhere: RecordingBackend
  warnings: string[]
  /** What the route rejected with. */
  failures: unknown[]
  /** Signed in. */
  browser: HttpBrowser
  close(): Promise<void>
}

export interface ProxiedAppOptions extends AuthServerOptions {
  proxy?: Partial<BackendProxyOptions>
  /** The path of the backend's URL. */
  base?: string
}

/** An app with a proxy at `/api/proxy/[...path]`, in front of a backend that takes every token. */
export async function startProxiedApp({ proxy, base = '', ...auth }: ProxiedAppOptions = {}): Promise<ProxiedApp> {
  const [backend, elsewhere] = await Promise.all([startRecordingBackend(), startRecordingBackend()])
  const warnings: string[] = []
  const logger = { warn: (text: string) => void warnings.push(text), error: () => {}, debug: () => {} }
  const server = await startAuthServer({ ...auth, auth: { logger, ...auth.auth } })
  const { authOptions } = server
  const route = createBackendProxy({ target: `${backend.origin}${base}`, authOptions, allow: ['/**'], ...proxy })
  const failures: unknown[] = []
  server.catchAlls['/api/proxy'] = (req, res) => route(req, res).catch((error: unknown) => failures.push(error))
  const browser = server.browser()
  await browser.signIn()
  return {
    server,
    backend,
    elsewhere,
    warnings,
    failures,
    browser,
    async close() {
      await Promise.all([server.close(), backend.close(), elsewhere.close()])
      expect(elsewhere.seen).toEqual([])
    },
  }
}
