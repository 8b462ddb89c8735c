import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Route } from '../../../support/auth-server'
import { startProxiedApp, type ProxiedApp } from '../../../support/proxied-app'
import { bytes, openRequest } from '../../../support/streaming-client'

const SIZE = 50 * 2 ** 20
/** More than sockets hold in front of a proxy and behind it; what a proxy without backpressure holds is all of it. */
const IN_TRANSIT = SIZE / 2

/** Waits a second for the backend. */
let hasty: ProxiedApp
/** Waits for as long as it does by default, for what may take a busy machine a while. */
let patient: ProxiedApp
let app: ProxiedApp
beforeAll(async () => {
  hasty = await startProxiedApp({ proxy: { timeout: 1 } })
  patient = await startProxiedApp()
})
beforeEach(() => {
  app = hasty
})
afterAll(async () => {
  await hasty.close()
  await patient.close()
})

const open = (options = {}) => openRequest(app.browser, `${app.server.origin}/api/proxy/files/a`, options)
const sha256 = async (source: AsyncIterable<Buffer> | Iterable<Buffer>) => {
  const hash = createHash('sha256')
  for await (const chunk of source) hash.update(chunk)
  return hash.digest('hex')
}
const expected = sha256(bytes(SIZE))
const events = { 'content-type': 'text/event-stream' }

/** The backend answers from now on with this, and tells with which request and response. */
function nextExchange(begin: (req: IncomingMessage, res: ServerResponse) => void = () => {}) {
  return new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
    app.backend.answer = (req, res) => {
      begin(req, res)
      resolve([req, res])
    }
  })
}

it('listens no more often than Node takes for sound, also behind Next’s development server, which listens three times', async () => {
  const { catchAlls } = app.server
  const route = catchAlls['/api/proxy'] as Route
  let passed: ServerResponse | undefined
  catchAlls['/api/proxy'] = (req, res, authOptions) => {
    passed = res
    for (let times = 0; times < 3; times += 1) res.on('close', () => {})
    return route(req, res, authOptions)
  }
  void nextExchange((_, res) => res.writeHead(200, events).flushHeaders())
  const { request, response } = open()
  request.end()
  await response
  expect(passed?.listenerCount('close')).toBeGreaterThan(3)
  expect(passed?.listenerCount('close')).toBeLessThanOrEqual(passed?.getMaxListeners() ?? 0)
  request.destroy()
  catchAlls['/api/proxy'] = route
})

describe('bodies', () => {
  it('passes 50 MB up as they come, whole', async () => {
    app = patient
    const hashed = new Promise((resolve) => {
      app.backend.answer = async (req, res) => {
        resolve(sha256(req as AsyncIterable<Buffer>))
        req.on('end', () => res.end('thanks'))
      }
    })
    const { request, response } = open({ method: 'PUT', headers: { 'content-length': SIZE } })
    await pipeline(Readable.from(bytes(SIZE)), request)
    expect((await response).statusCode).toBe(200)
    expect(await hashed).toBe(await expected)
    expect(app.backend.seen.at(-1)?.headers).toMatchObject({ 'content-length': String(SIZE) })
  }, 30_000)

  it('passes 50 MB of unknown length down as they come, whole', async () => {
    app = patient
    app.backend.answer = (_, res) => pipeline(Readable.from(bytes(SIZE)), res)
    const { request, response } = open()
    request.end()
    expect(await sha256((await response) as AsyncIterable<Buffer>)).toBe(await expected)
  }, 30_000)

  it('holds the client back while the backend does not read', async () => {
    app = patient
    const exchange = nextExchange()
    const { request } = open({ method: 'POST' })
    let sent = 0
    for (const chunk of bytes(SIZE)) {
      sent += chunk.length
      const wants = request.write(chunk) || (await Promise.race([once(request, 'drain'), delay(700, false)]))
      if (!wants) break
    }
    expect(sent).toBeLessThan(IN_TRANSIT)
    const [backendRequest] = await exchange
    request.destroy()
    backendRequest.resume()
  }, 30_000)

  it('holds the backend back while the client does not read, for longer than the backend may be silent', async () => {
    let sent = 0
    app.backend.answer = async (_, res) => {
      for (const chunk of bytes(SIZE)) {
        if (!res.write(chunk)) await once(res, 'drain')
        sent += chunk.length
      }
      res.end()
    }
    const { request, response } = open()
    request.end()
    const waiting = await response
    await delay(1_400)
    expect(sent).toBeLessThan(IN_TRANSIT)
    expect(await sha256(waiting as AsyncIterable<Buffer>)).toBe(await expected)
  }, 30_000)

  it.each([
    ['at once', (req: IncomingMessage, res: ServerResponse) => pipeline(req, res)],
    ['at its end', async (req: IncomingMessage, res: ServerResponse) => res.end(await text(req))],
  ])('waits for a client that sends slowly to a backend that answers %s', async (_, answer) => {
    app.backend.answer = answer
    const { request, response } = open({ method: 'POST' })
    request.write('slow')
    await delay(1_400)
    request.end('ly')
    expect(await text(await response)).toBe('slowly')
  })

  it('sends the answer of a backend that does not want to read the body', async () => {
    app.backend.answer = (_, res) => res.writeHead(413).end('too much')
    const agent = new Agent({ keepAlive: true })
    const { request, response } = open({ method: 'POST', headers: { 'content-length': SIZE }, agent })
    const sending = pipeline(Readable.from(bytes(SIZE)), request).catch(() => {})
    const answer = await response
    expect([answer.statusCode, await text(answer)]).toEqual([413, 'too much'])
    request.destroy()
    await sending
  })
})

describe('event streams', () => {
  it('passes each event on before the next is sent, and is patient in between', async () => {
    const exchange = nextExchange((_, res) => res.writeHead(200, events).flushHeaders())
    const { request, response } = open({ headers: { accept: 'text/event-stream' } })
    request.end()
    const [, res] = await exchange
    const stream = await response
    expect(stream.headers).toMatchObject({ 'cache-control': expect.stringContaining('no-transform') })
    for (const data of ['one', 'two', 'three']) {
      res.write(`data: ${data}\n\n`)
      expect(String((await once(stream, 'data'))[0])).toBe(`data: ${data}\n\n`)
      if (data === 'two') await delay(1_300)
    }
    res.end()
    await once(stream, 'end')
  })

  it('keeps 260 of them open, and still passes others on', async () => {
    app = patient
    const streams: ServerResponse[] = []
    app.backend.answer = (req, res) => {
      if (req.headers.accept !== 'text/event-stream') return res.end('well')
      streams.push(res.writeHead(200, events))
      return res.write(':\n\n')
    }
    const opened = Array.from({ length: 260 }, () => open({ headers: { accept: 'text/event-stream' } }))
    opened.forEach(({ request }) => request.end())
    await Promise.all(opened.map(({ response }) => response))
    expect((await app.browser.request('/api/proxy/files/b')).text).toBe('well')
    opened.forEach(({ request }) => request.destroy())
    await Promise.all(streams.filter((res) => !res.closed).map((res) => once(res, 'close')))
  }, 30_000)
})

describe('ends', () => {
  it('leaves the backend when the client leaves before an answer', async () => {
    const exchange = nextExchange()
    const { request } = open()
    request.end()
    const [, res] = await exchange
    request.destroy()
    await once(res, 'close')
    expect(res.writableFinished).toBe(false)
  })

  it('leaves the backend when the client leaves in the middle of an answer', async () => {
    const exchange = nextExchange((_, res) => res.writeHead(200, events).write(':\n\n'))
    const { request, response } = open()
    request.end()
    await once(await response, 'data')
    const [, res] = await exchange
    request.destroy()
    await once(res, 'close')
  })

  it.each([100, 1_000_000])('breaks off when the client leaves in the middle of a body of %d bytes', async (length) => {
    const [seen, warnings] = [app.backend.seen.length, app.warnings.length]
    let wasWhole: boolean | undefined
    app.backend.answer = (req) => {
      req.resume().on('end', () => (wasWhole = true))
      req.on('close', () => (wasWhole ??= false))
    }
    const { request } = open({ method: 'POST', headers: { 'content-length': length } })
    request.write('x'.repeat(50))
    await delay(200)
    request.destroy()
    await delay(200)
    // A short body is not sent before it is there.
    expect([app.backend.seen.length - seen, wasWhole]).toEqual(length === 100 ? [0, undefined] : [1, false])
    // Nor is it anyone's failure.
    expect([app.warnings.length - warnings, app.failures]).toEqual([0, []])
  })

  it('breaks off when the backend breaks off in the middle of an answer', async () => {
    const exchange = nextExchange((_, res) => res.writeHead(200, { 'content-length': 100 }).write('half'))
    const { request, response } = open()
    request.end()
    const answer = await response
    await once(answer, 'data')
    const [req] = await exchange
    req.socket.destroy()
    await expect(text(answer)).rejects.toThrow('aborted')
  })

  it('answers 504 when the backend is silent', async () => {
    const exchange = nextExchange()
    const { request, response } = open()
    request.end()
    const [, res] = await exchange
    expect((await response).statusCode).toBe(504)
    if (!res.closed) await once(res, 'close')
  })

  it('answers 504 when the backend takes no more of the body', async () => {
    app.backend.answer = () => {}
    const { request, response } = open({ method: 'POST' })
    const sending = pipeline(Readable.from(bytes(SIZE)), request).catch(() => {})
    expect((await response).statusCode).toBe(504)
    request.destroy()
    await sending
  })

  it('breaks off when the backend falls silent in the middle of an answer', async () => {
    app.backend.answer = (_, res) => res.writeHead(200, { 'content-length': 100 }).write('half')
    const { request, response } = open()
    request.end()
    await expect(text(await response)).rejects.toThrow('aborted')
  })

  it('sends nothing to the backend when the client has left during a renewal', async () => {
    const seen = app.backend.seen.length
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
    app.server.backend.inject({ kind: 'slow', delay: 0.5 })
    const { request } = open()
    request.end()
    await delay(200)
    request.destroy()
    await delay(700)
    clock.mockRestore()
    expect(app.server.backend.counters.refreshes).toBe(1)
    expect(app.backend.seen).toHaveLength(seen)
  })
})

async function text(stream: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of stream) all += String(chunk)
  return all
}
