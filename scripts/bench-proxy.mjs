// What a proxied request costs beside a direct one: client, backend and proxy share one process, in turns, in one run.
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBackendProxy } from 'next-auth-refresh/server'

const ROUNDS = 5
const CALLS = 400
const AT_ONCE = 16
const FILE = 50 * 2 ** 20
const CHUNK = Buffer.alloc(65_536, 'x')
const JSON_BODY = JSON.stringify({ text: 'x'.repeat(1_000) })

/** Prints the throughput of the proxy: small calls, and a file each way. `cookie` is a fresh session's. */
export async function benchProxy(authOptions, cookie) {
  const backend = await listen((req, res) => {
    if (req.method === 'PUT') return req.resume().on('end', () => res.end())
    if (req.url === '/file') return pipeline(Readable.from(file()), res.writeHead(200, { 'content-length': FILE }))
    return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON_BODY)
  })
  const proxy = createBackendProxy({ target: backend.origin, authOptions, allow: ['/**'] })
  const app = await listen((req, res) => {
    const path = req.url.split('/').slice(1)
    return proxy(Object.assign(req, { query: { path }, cookies: cookie }), res)
  })
  const agent = new Agent({ keepAlive: true })
  const ways = { direct: backend.origin, proxied: app.origin }
  const measures = {
    'small calls': [(origin) => calls(origin, agent), 'a second'],
    '50 MB down': [(origin) => megabytes(() => send(`${origin}/file`, { agent })), 'MB/s'],
    '50 MB up': [(origin) => megabytes(() => send(`${origin}/file`, { agent, method: 'PUT' }, file())), 'MB/s'],
  }
  console.log('')
  for (const [name, [measure, unit]] of Object.entries(measures)) {
    const rates = { direct: [], proxied: [] }
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of ['direct', 'proxied']) {
        const rate = await measure(ways[way])
        // The first round warms up.
        if (round > 0) rates[way].push(rate)
      }
    }
    const [direct, proxied] = [median(rates.direct), median(rates.proxied)]
    const share = ((proxied / direct) * 100).toFixed(0)
    console.log(`${name}: ${proxied.toFixed(0)} ${unit} through the proxy, ${direct.toFixed(0)} directly: ${share} %`)
  }
  agent.destroy()
  app.close()
  backend.close()
}

async function calls(origin, agent) {
  const startedAt = performance.now()
  let left = CALLS
  const caller = async () => {
    while (left-- > 0) await send(`${origin}/small`, { agent })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, caller))
  return CALLS / ((performance.now() - startedAt) / 1000)
}

async function megabytes(pass) {
  const startedAt = performance.now()
  await pass()
  return FILE / 2 ** 20 / ((performance.now() - startedAt) / 1000)
}

async function send(url, options, body = []) {
  const headers = options.method === 'PUT' ? { 'content-length': FILE } : {}
  const sent = request(url, { ...options, headers })
  const answered = once(sent, 'response')
  Readable.from(body).pipe(sent)
  const [response] = await answered
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  await once(response.resume(), 'end')
}

function* file() {
  for (let sent = 0; sent < FILE; sent += CHUNK.length) yield CHUNK
}

async function listen(handler) {
  const server = createServer((req, res) => void Promise.resolve(handler(req, res)).catch(() => res.destroy()))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, close }
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}
