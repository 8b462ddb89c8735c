// `npm run bench`: what this library adds to a session call, and the proxy to a request. All figures come from one run,
// in turns, since machines are noisy.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { withTokenRefresh } from 'next-auth-refresh'
import { benchProxy } from './bench-proxy.mjs'

const require = createRequire(import.meta.url)
const { default: NextAuth } = require('next-auth')
const { encode } = require('next-auth/jwt')

const ROUNDS = 40
const CALLS = 100
const BUDGET_PERCENT = 1

process.env.NEXTAUTH_URL ??= 'http://127.0.0.1'
const secret = 'a secret for measuring'
const plain = { secret, providers: [], callbacks: { jwt: ({ token }) => token, session: ({ session }) => session } }
const ours = withTokenRefresh({ secret, providers: [] }, { refresh: () => Promise.reject(new Error('nothing is due')) })
/** The same with an encoder that costs nothing, to see what is ours alone. */
const bare = withTokenRefresh(
  { secret, providers: [], jwt: { encode: () => 'encoded' } },
  { refresh: () => Promise.reject(new Error('nothing is due')) },
)
const cookie = await freshCookie()

const results = { plain: [], ours: [], added: [] }
await callSession(plain)
await callSession(ours)
for (let round = 0; round < ROUNDS; round += 1) {
  results.plain.push(await timed(() => callSession(plain)))
  results.ours.push(await timed(() => callSession(ours)))
  results.added.push(await timed(() => callOwnParts(bare)))
}

const [alone, together, added] = [median(results.plain), median(results.ours), median(results.added)]
const share = (added / together) * 100
console.log(`next-auth alone        ${rate(alone)} session calls a second, ${micros(alone)} each`)
console.log(`with next-auth-refresh ${rate(together)} session calls a second, ${micros(together)} each`)
console.log(`our part, by itself    ${micros(added)}: ${share.toFixed(2)} % of a session call (budget ${BUDGET_PERCENT} %)`)
if (share >= BUDGET_PERCENT) process.exitCode = 1
await benchProxy(ours, { 'next-auth.session-token': cookie.value })

/** A session cookie with a token that is fresh for an hour yet. */
async function freshCookie() {
  const user = { id: '1', name: 'Ada', accessToken: 'a'.repeat(300), refreshToken: 'r'.repeat(43), expiresIn: 7_200 }
  const account = { provider: 'credentials', type: 'credentials', providerAccountId: '1' }
  const token = await ours.callbacks.jwt({ token: { sub: '1', name: 'Ada' }, user, account })
  return { token, value: await encode({ token, secret }) }
}

/** GET /api/auth/session, from the request to the response. */
async function callSession(options) {
  const res = {
    headers: {},
    getHeader: (name) => res.headers[name],
    setHeader: (name, value) => void (res.headers[name] = value),
    status: () => res,
    send: (body) => void (res.body = body),
  }
  const cookies = { 'next-auth.session-token': cookie.value }
  await NextAuth({ method: 'GET', query: { nextauth: ['session'] }, cookies, headers: {} }, res, options)
  if (!res.body.expires) throw new Error('there is no session')
}

/** What runs of ours in a session call, with next-auth's own encryption left out. */
async function callOwnParts({ callbacks, jwt }) {
  const token = await callbacks.jwt({ token: cookie.token })
  await callbacks.session({ session: { user: {}, expires: '' }, token })
  await jwt.encode({ token, secret })
}

async function timed(run) {
  const startedAt = performance.now()
  for (let call = 0; call < CALLS; call += 1) await run()
  return (performance.now() - startedAt) / CALLS
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}

function rate(milliseconds) {
  return String(Math.round(1000 / milliseconds)).padStart(6)
}

function micros(milliseconds) {
  return `${(milliseconds * 1000).toFixed(1)} µs`
}
