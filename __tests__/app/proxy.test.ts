import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createTokenBackend, type TokenBackend } from 'next-auth-refresh/testing'
import { startDemo, type DemoApp } from '../support/demo-app'
import { expectPlain, HOSTILE_REQUESTS, hostileText } from '../support/hostile-requests'
import { createHttpBrowser, type HttpBrowser } from '../support/http-browser'
import { echo, startRecordingBackend, type RecordingBackend } from '../support/recording-backend'
import { sendRaw, statusOf } from '../support/raw-request'
import { residentMemory } from '../support/resident-memory'
import { bytes, openRequest } from '../support/streaming-client'

const LIFETIME = 60
const MB = 2 ** 20

let tokens: TokenBackend
let backend: RecordingBackend
let elsewhere: RecordingBackend
let demo: DemoApp
let browser: HttpBrowser
let accessToken: string
let signedInAt: number

beforeAll(async () => {
  tokens = createTokenBackend({ accessTokenLifetime: LIFETIME })
  ;[backend, elsewhere] = await Promise.all([startRecordingBackend(), startRecordingBackend()])
  answer(echo)
  demo = await startDemo({ API_BASE_URL: `${backend.origin}/v1` })
  browser = createHttpBrowser(demo.origin)
  await browser.signIn()
  signedInAt = Date.now()
  accessToken = String((await browser.session())['accessToken'])
}, 60_000)
afterAll(async () => {
  await demo.stop()
  await Promise.all([backend.close(), elsewhere.close()])
})

/** What the backend does with files and events, from now on; tokens and profiles are the token backend's. */
function answer(how: RecordingBackend['answer']): void {
  const isTheirs = (url = '') => /^\/v1\/(auth|users)\//.test(url)
  backend.answer = (req, res) => (isTheirs(req.url) ? tokens.listener(req, res) : how(req, res))
}
const open = (path: string, options = {}) => openRequest(browser, `${demo.origin}/api/proxy${path}`, options)
const sha256 = async (source: AsyncIterable<Buffer> | Iterable<Buffer>) => {
  const hash = createHash('sha256')
  for await (const chunk of source) hash.update(chunk)
  return hash.digest('hex')
}

it('lets no trick through on the built app, and reaches no other server', async () => {
  answer(echo)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { host } = new URL(demo.origin)
  const wrong: unknown[] = []
  for (const request of HOSTILE_REQUESTS) {
    backend.seen.length = 0
    const text = await sendRaw(demo.origin, hostileText(request, { host, cookie, elsewhere: elsewhere.host }), 3_000)
    const [status, urls] = [statusOf(text), backend.seen.map(({ url }) => url)]
    // Next leads a target with two slashes to the plain one.
    const isRefused = urls.length === 0 && (status >= 300 || text === '') && !text.includes(accessToken)
    if (request.isHarmless ? urls.length > 1 : !isRefused) wrong.push({ trick: request.name, status, urls })
    for (const seen of backend.seen) expectPlain(seen, { host: backend.host, token: accessToken })
  }
  expect(wrong).toEqual([])
  expect(elsewhere.seen).toEqual([])
}, 120_000)

it('passes an event on at once, past the compression', async () => {
  let events: ServerResponse | undefined
  answer((_, res) => {
    events = res.writeHead(200, { 'content-type': 'text/event-stream' })
    events.flushHeaders()
  })
  const { request, response } = open('/events', { headers: { 'accept-encoding': 'gzip' } })
  request.end()
  const stream = await response
  expect(stream.headers['content-encoding']).toBeUndefined()
  for (const data of ['one', 'two', 'three']) {
    events?.write(`data: ${data}\n\n`)
    expect(String((await once(stream, 'data'))[0])).toBe(`data: ${data}\n\n`)
  }
  request.destroy()
  if (!events?.closed) await once(events as ServerResponse, 'close')
})

it('passes what is compressed on the way on as it comes, too', async () => {
  let lines: ServerResponse | undefined
  answer((_, res) => {
    lines = res.writeHead(200, { 'content-type': 'application/json' })
    lines.write('{"a":1}\n')
  })
  const { request, response } = open('/files/lines', { headers: { 'accept-encoding': 'gzip' } })
  request.end()
  const stream = await response
  expect(stream.headers['content-encoding']).toBe('gzip')
  await once(stream, 'data')
  lines?.write('{"a":2}\n')
  await once(stream, 'data')
  lines?.destroy()
  await expect(once(stream, 'end')).rejects.toThrow('aborted')
})

/** The most that the app's memory has grown by while this ran, in MB. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = residentMemory(demo.pid)
  let most = before
  const timer = setInterval(() => (most = Math.max(most, residentMemory(demo.pid))), 50)
  await work().finally(() => clearInterval(timer))
  return (Math.max(most, residentMemory(demo.pid)) - before) / MB
}

async function upload(size: number): Promise<void> {
  answer(echo)
  const { request, response } = open('/files/up', { method: 'PUT', headers: { 'content-length': size } })
  await pipeline(Readable.from(bytes(size)), request)
  let text = ''
  for await (const chunk of await response) text += String(chunk)
  expect(JSON.parse(text)).toMatchObject({ size, sha256: await sha256(bytes(size)) })
}

async function download(size: number): Promise<void> {
  answer((_, res) => pipeline(Readable.from(bytes(size)), res))
  const { request, response } = open('/files/down')
  request.end()
  expect(await sha256((await response) as AsyncIterable<Buffer>)).toBe(await sha256(bytes(size)))
}

it('passes 50 MB up and down, and 250 MB in no more memory', async () => {
  // What the first ones have the app take, it keeps: only what grows with the size would show.
  await upload(50 * MB)
  await download(50 * MB)
  const grown = { up: await growthDuring(() => upload(250 * MB)), down: await growthDuring(() => download(250 * MB)) }
  console.log(`Grown by ${grown.up.toFixed(1)} MB for 250 MB up, by ${grown.down.toFixed(1)} MB for 250 MB down.`)
  expect(grown.up).toBeLessThan(80)
  expect(grown.down).toBeLessThan(80)
}, 120_000)

it('leaves the backend when the browser leaves, and the browser when the backend leaves', async () => {
  let res: ServerResponse | undefined
  answer((_, backendResponse) => {
    res = backendResponse
    res.writeHead(200, { 'content-length': 100 }).write('half')
  })
  const leaving = open('/files/a')
  leaving.request.end()
  await once(await leaving.response, 'data')
  leaving.request.destroy()
  if (!res?.closed) await once(res as ServerResponse, 'close')

  const left = open('/files/b')
  left.request.end()
  const stream = await left.response
  await once(stream, 'data')
  res?.destroy()
  await expect(once(stream, 'end')).rejects.toThrow('aborted')
})

it('renews a token that the backend rejects once for 30 requests at once, and sends each of them again', async () => {
  // No token is renewed twice within 5 s.
  await delay(Math.max(0, signedInAt + 5_100 - Date.now()))
  tokens.revokeAccessTokens()
  const before = { ...tokens.counters }
  const answers = await Promise.all(Array.from({ length: 30 }, () => browser.request('/api/proxy/users/me')))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200))
  expect(tokens.counters.refreshes - before.refreshes).toBe(1)
  expect(tokens.counters.unauthorized).toBeGreaterThan(before.unauthorized)
  expect(tokens.counters.reuses).toBe(0)
})
