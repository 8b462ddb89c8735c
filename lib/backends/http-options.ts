import { request as requestHTTP, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHTTPS } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { asRecord, type UnknownRecord } from '../record'

/** What openid-client hands to Node's own client, and `fetch` has no word for. */
const CONNECTION = ['agent', 'ca', 'cert', 'crl', 'key', 'lookup', 'passphrase', 'pfx']
const WITHOUT_BODY = [204, 205, 304]

/**
 * A `fetch` for the `httpOptions` of a provider, which next-auth hands to openid-client: certificates and agents take Node's
 * own client. They are taken as they stand: next-auth merges what makes them work out of them.
 */
export function fetchWith(provider: object): typeof fetch {
  const connection = connectionOf(provider)
  if (Object.keys(connection).length === 0) return (url, init) => fetch(url, init)
  return async (input, init = {}) => {
    const request = new Request(input, init)
    const { method, signal } = request
    const body = Buffer.from(await request.arrayBuffer())
    const url = new URL(request.url)
    const headers = { ...Object.fromEntries(request.headers), 'content-length': body.length }
    const sent: RequestOptions = { ...connection, method, signal, headers }
    return new Promise((resolve, reject) => {
      // What `Response` takes for no answer at all, a status of 999 for example, has to reject and not to end the process.
      const received = (incoming: IncomingMessage) => void responseOf(incoming).then(resolve, reject)
      const outgoing = (url.protocol === 'https:' ? requestHTTPS : requestHTTP)(url, sent, received)
      outgoing.on('error', (error) => reject(new TypeError('fetch failed', { cause: error })))
      outgoing.end(body)
    })
  }
}

async function responseOf(incoming: IncomingMessage): Promise<Response> {
  const content = await buffer(incoming)
  const { statusCode: status = 502, headersDistinct } = incoming
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return new Response(WITHOUT_BODY.includes(status) ? null : content, { status, headers })
}

function connectionOf(provider: object): UnknownRecord {
  const { httpOptions, options }: UnknownRecord = { ...provider }
  const stated: UnknownRecord = { ...asRecord(httpOptions), ...asRecord(asRecord(options)['httpOptions']) }
  return Object.fromEntries(Object.entries(stated).filter(([name, value]) => CONNECTION.includes(name) && value !== undefined))
}
