import http, { IncomingMessage, type ClientRequest, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { Writable, type Readable } from 'node:stream'
import { createProxyServer } from 'httpxy'

export interface BackendRequest {
  method: string
  /** Below the backend's own path, from `/` on. */
  path: string
  headers: OutgoingHttpHeaders
  body: Readable
  /** The client's connection. */
  socket: Socket
}

/** Sends one request to the backend; the signal ends it, and the response with it. */
export type Exchange = (request: BackendRequest, signal: AbortSignal) => Promise<IncomingMessage>

/** Why no response came. */
export type ExchangeFailure =
  /** The backend can't be reached, or breaks off. */
  | 'unreachable'
  /** The backend, and not the client, is silent for too long. */
  | 'silent'
  /** The backend closed a connection that had been kept, perhaps at the very moment when it was used again. */
  | 'stale'
  /** The client is gone. */
  | 'left'

export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'

  constructor(
    readonly failure: ExchangeFailure,
    cause?: unknown,
  ) {
    super(`The exchange with the backend failed: ${failure}.`, { cause })
  }
}

/**
 * Exchanges with one backend, over connections that are kept. Each rejects with an `ExchangeError` where no response
 * came.
 *
 * @param timeout milliseconds that the backend may be silent
 */
export function createExchange(target: URL, timeout: number): Exchange {
  const isSecure = target.protocol === 'https:'
  // httpxy's own agent holds 256 connections at most: as many open event streams would stop everyone else.
  const agent = isSecure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })
  const address = {
    protocol: target.protocol,
    // Node wants an IPv6 address bare.
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port || (isSecure ? 443 : 80),
    pathname: target.pathname,
  }

  return ({ method, path, headers, body, socket }, signal) =>
    new Promise((resolve, reject) => {
      const proxy = createProxyServer({ target: address, agent, selfHandleResponse: true })
      // httpxy reads the request's headers as they came and ends with its response: it gets stand-ins for both, so that
      // only what is meant goes out, and an exchange can end without the client's response.
      const stated = { method, url: path, headers: { ...headers, host: target.host } }
      const request = Object.assign(new IncomingMessage(socket), stated) as IncomingMessage
      const end = new Writable()
      const abort = () => end.destroy()
      let sent: ClientRequest | undefined
      const fail = (failure: ExchangeFailure, cause?: unknown) => {
        clearTimeout(timer)
        reject(new ExchangeError(failure, cause))
        abort()
      }
      const timer = setTimeout(() => {
        const waitsForClient = sent && !body.readableEnded && !sent.writableNeedDrain
        if (waitsForClient) timer.refresh()
        else fail('silent')
      }, timeout)
      proxy.on('proxyReq', (started) => {
        sent = started
        started.on('drain', () => timer.refresh()).on('finish', () => timer.refresh())
      })
      proxy.on('proxyRes', (response) => {
        clearTimeout(timer)
        resolve(response)
      })
      const onError = (error: Error) => {
        const isReset = 'code' in error && error.code === 'ECONNRESET'
        fail(sent?.reusedSocket && isReset ? 'stale' : 'unreachable', error)
      }
      proxy.on('error', onError).on('econnreset', onError)
      end.on('close', () => fail('left'))
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) return abort()
      proxy.web(request, end as unknown as ServerResponse, { buffer: body }).catch(onError)
    })
}
