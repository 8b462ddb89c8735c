import type { IncomingMessage } from 'node:http'
import type { NextApiRequest, NextApiResponse } from 'next'
import type { NextAuthOptions } from 'next-auth'
import { authHeaders } from '../../transport'
import { ensureFreshToken, renewRejectedToken, type FreshToken } from '../ensure-fresh-token'
import { SIGNED_OUT, type Problem } from '../problem'
import { bodyOf, type RequestBody } from './body'
import { createExchange, ExchangeError } from './exchange'
import { LEADS_OUT, NO_VALID_TOKEN } from './failure'
import type { BackendProxySettings } from './options'
import { passBack } from './pass-back'
import type { AskedPath } from './path'
import { passedOn } from './request-headers'
import { passedBack } from './response-headers'

/** Passes an admitted request on and its response back; a problem where the user or the response is not fit for it. */
export type Forward = (req: NextApiRequest, res: NextApiResponse, asked: AskedPath) => Promise<Problem | undefined>

/** After these, the backend is as if it had been asked once (RFC 9110 §9.2.2). */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']

interface Sending {
  req: NextApiRequest
  asked: AskedPath
  body: RequestBody
  /** Aborts when the client leaves. */
  signal: AbortSignal
}

interface Sent {
  response: IncomingMessage
  token: FreshToken
}

/** The returned function rejects with an `ExchangeError`, and with whatever `ensureFreshToken` throws. */
export function createForward(settings: BackendProxySettings, authOptions: NextAuthOptions): Forward {
  const { target, transport, headers, timeout, replayLimit } = settings
  const exchange = createExchange(target, timeout)

  /** Sends the request; a second time where the first met a connection that was just being closed. */
  async function send({ req, asked, body, signal }: Sending, token: FreshToken): Promise<Sent> {
    const { method = '', socket } = req
    const own = { ...headers, ...authHeaders(token.accessToken, transport), ...body.headers }
    const stated = { method, path: asked.path + asked.search, headers: { ...passedOn(req.headers), ...own }, socket }
    const attempt = async () => ({ response: await exchange({ ...stated, body: body.open() }, signal), token })
    return attempt().catch((error: unknown) => {
      const isStale = error instanceof ExchangeError && error.failure === 'stale'
      if (isStale && body.canBeSentAgain && IDEMPOTENT.includes(method)) return attempt()
      throw error
    })
  }

  return async (req, res, asked) => {
    const token = await ensureFreshToken(req, res, authOptions)
    if (!token) return SIGNED_OUT
    if (token.accessTokenExpiry <= Date.now()) return NO_VALID_TOKEN
    const leaving = new AbortController()
    if (res.closed) leaving.abort()
    const onClose = () => {
      if (!res.writableFinished) leaving.abort()
    }
    res.once('close', onClose)

    const body = await bodyOf(req, replayLimit)
    const sending = { req, asked, body, signal: leaving.signal }
    let sent = await send(sending, token)
    if (sent.response.statusCode === 401) {
      const renewed = await renewRejectedToken(req, res, authOptions, token.accessToken)
      if (!renewed) {
        drop(sent.response)
        return SIGNED_OUT
      }
      if (renewed.accessToken !== token.accessToken && body.canBeSentAgain) {
        drop(sent.response)
        sent = await send(sending, renewed)
      }
    }
    const passed = passedBack(sent.response, { method: req.method ?? '', accessToken: sent.token.accessToken, asked, target })
    if (!passed) {
      drop(sent.response)
      return LEADS_OUT
    }
    // From here on the pipeline watches. Node calls more than ten listeners a leak, and Next and pipelines bring ten.
    res.off('close', onClose)
    await passBack(sent.response, passed, res, timeout)
    return undefined
  }
}

function drop(response: IncomingMessage): void {
  response.on('error', () => {}).destroy()
}
