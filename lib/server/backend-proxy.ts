import type { NextApiRequest, NextApiResponse } from 'next'
import { createLog } from '../log'
import { isRecord } from '../record'
import { sendProblem, type Problem } from './problem'
import { crossSiteProblem, transferProblem } from './proxy/admission'
import { judge } from './proxy/allow'
import { ExchangeError } from './proxy/exchange'
import { BODY_WAS_PARSED, NO_CATCH_ALL, notFound, problemOf } from './proxy/failure'
import { createForward } from './proxy/forward'
import { resolveProxyOptions, type BackendProxyOptions } from './proxy/options'
import { askedPath } from './proxy/path'

export type { BackendProxyOptions }

/** A handler for `pages/api/.../[...path].ts`. It resolves when the response has ended. */
export type BackendProxy = (req: NextApiRequest, res: NextApiResponse) => Promise<void>

/**
 * The backend at a path of this app, for pages that never see a token: each request goes on with the user's fresh
 * access token, and both bodies pass as they come. Cookies, credentials and forged `Forwarded` headers of the browser
 * stay behind, and so does what the backend may not say for the app's origin. An access token that the backend answers
 * 401 to is renewed, and the request is sent once more where its body is in hand. What fails is told as problem details
 * (RFC 9457), and never signs anyone out.
 *
 * The route's file also exports `const config = { api: { bodyParser: false, responseLimit: false } }`.
 *
 * @throws {TypeError} for an option that is unknown, missing or can't be
 */
export function createBackendProxy(options: BackendProxyOptions): BackendProxy {
  const settings = resolveProxyOptions(options)
  const forward = createForward(settings, options.authOptions)
  const log = createLog(options.authOptions.logger)

  async function answer(req: NextApiRequest, res: NextApiResponse): Promise<Problem | undefined> {
    const mistake = mistakeOf(req)
    if (mistake) {
      log.errorOnce(`createBackendProxy: ${mistake.detail}`)
      return mistake
    }
    const asked = askedPath(req)
    if ('status' in asked) return asked
    const verdict = judge(settings.rules, req.method ?? '', asked.segments)
    if (!verdict.allowed) {
      if (verdict.methods.length > 0) res.setHeader('Allow', verdict.methods.join(', '))
      return notFound(verdict.methods)
    }
    return transferProblem(req) ?? crossSiteProblem(req) ?? forward(req, res, asked)
  }

  return async (req, res) => {
    try {
      const problem = await answer(req, res)
      if (problem) sendProblem(res, problem)
    } catch (error) {
      // Nobody is left to be told.
      if (res.closed || req.errored) return
      if (!(error instanceof ExchangeError)) throw error
      log.warnOnce(`createBackendProxy: no answer came from the backend (${reasonOf(error)}).`)
      sendProblem(res, problemOf(error))
    }
  }
}

/** What is wrong with the route's file, if anything is: types can't tell. */
function mistakeOf({ body, query }: Partial<NextApiRequest>): Problem | undefined {
  if (body !== undefined) return BODY_WAS_PARSED
  return query?.['path'] === undefined ? NO_CATCH_ALL : undefined
}

/** The system's code, such as ECONNREFUSED, or what failed. */
function reasonOf({ failure, cause }: ExchangeError): string {
  return isRecord(cause) && typeof cause['code'] === 'string' ? cause['code'] : failure
}
