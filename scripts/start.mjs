// Builds the package and the demo, and serves the demo.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import './end-with-npm.mjs'

const USAGE = `npm start [-- options]

  --no-build         serve what was built before
  --host <address>   listen on this address alone; else on all

From the environment, or an env file of Next's:

  PORT               where to listen; else 3000
  API_BASE_URL       the token backend; else the demo's own
  OIDC_ISSUER        an OpenID provider to sign in at, in place of a password; 'npm run demo:oidc' brings one along
  OIDC_CLIENT_ID     the demo's name there, with the redirect URI NEXTAUTH_URL/api/auth/callback/demo and the post-logout
                     redirect URI NEXTAUTH_URL/api/auth/federated-sign-out
  OIDC_CLIENT_SECRET its secret there; none for a public client
  OIDC_NAME          what the sign-in button calls the provider
  NEXTAUTH_SECRET    what cookies are encrypted with; else a random one for this run
  NEXTAUTH_URL       where browsers reach the demo; else http://localhost:PORT`

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
const next = join(root, 'node_modules/next/dist/bin/next')

/** Whatever ends this process, even what it can't catch, closes its channel to the server, which ends with it. */
const END_WITH_PARENT = ['--import', 'data:text/javascript,process.on("disconnect",()=>process.exit())']

/** Next waits for every connection to close, and browsers hold some open that they don't use. */
const PATIENCE_MS = 3_000

/** There is one at a time. */
let child

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    if (!child) process.exit(exitCodeOf(signal))
    child.kill(signal)
    setTimeout(() => process.exit(exitCodeOf(signal)), PATIENCE_MS)
  })
}

const { build, host } = parseOptions()
const { env, port, backend, madeSecret } = await settings()
if (build) {
  await step('Building the package', [tsup])
  await step('Building the demo', [next, 'build'])
} else if (!existsSync(join(root, '.next/BUILD_ID'))) {
  fail('There is no build to serve yet: leave out --no-build.')
}
if (madeSecret) console.log('NEXTAUTH_SECRET is not set: made one for this run. Sign-ins end with it.')
await serve()

function parseOptions() {
  try {
    const options = { help: { type: 'boolean' }, 'no-build': { type: 'boolean' }, host: { type: 'string' } }
    const { values } = parseArgs({ options })
    if (values.help) {
      console.log(USAGE)
      process.exit()
    }
    return { build: !values['no-build'], host: values.host }
  } catch (error) {
    return fail(`${error.message}\n\n${USAGE}`)
  }
}

async function settings() {
  if (!existsSync(next) || !existsSync(tsup)) fail('The dependencies are missing: run `npm ci` first.')
  const port = Number(setting('PORT') ?? 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    fail(`PORT must be a whole number from 1 to 65535, not ${setting('PORT')}.`)
  }
  const backend = setting('API_BASE_URL')
  if (backend && !(URL.canParse(backend) && /^https?:$/.test(new URL(backend).protocol))) {
    fail(`API_BASE_URL must be an http(s) URL, not ${backend}.`)
  }
  const problem = await listenProblem(port)
  if (problem === 'EADDRINUSE') fail(`Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`)
  if (problem) fail(`Port ${port} can't be listened on (${problem}).`)

  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', PORT: String(port) }
  const madeSecret = !setting('NEXTAUTH_SECRET') && !setting('AUTH_SECRET')
  if (madeSecret) env.NEXTAUTH_SECRET = randomBytes(32).toString('base64url')
  if (!setting('NEXTAUTH_URL')) env.NEXTAUTH_URL = `http://localhost:${port}`
  return { env, port, backend, madeSecret }
}

/** A setting as Next will see it: from the environment, or else from its env files. */
function setting(name) {
  if (process.env[name]) return process.env[name]
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(["']?)(.+?)\\1\\s*$`, 'm')
  return ['.env.production.local', '.env.local', '.env.production', '.env']
    .map((file) => join(root, file))
    .filter((path) => existsSync(path))
    .map((path) => line.exec(readFileSync(path, 'utf8'))?.[2])
    .find(Boolean)
}

/** Why the port can't be listened on, asked before the builds, which take a while. */
function listenProblem(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', ({ code }) => resolve(code))
    probe.listen({ port, host }, () => probe.close(() => resolve(undefined)))
  })
}

/** Runs a build, and shows what it said only where it failed. */
async function step(title, args) {
  process.stdout.write(`${title} … `)
  const startedAt = performance.now()
  const ended = run(args, ['ignore', 'pipe', 'pipe'])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const code = await ended
  if (code === 0) return console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  // Above 128 it was a signal.
  console.log(code > 128 ? 'stopped.' : 'failed.')
  if (code <= 128) console.error(`\n${output}`)
  process.exit(code)
}

async function serve() {
  const ended = run(
    [...END_WITH_PARENT, next, 'start', '--port', String(port), ...(host ? ['--hostname', host] : [])],
    ['ignore', 'pipe', 'inherit', 'ipc'],
  )
  let isReady = false
  // Next's banner names addresses of its own; what comes after it is passed on.
  child.stdout.on('data', (chunk) => isReady && process.stdout.write(chunk))
  const ready = answers().then(() => {
    isReady = true
    console.log(`\nReady: http://localhost:${port}`)
    console.log(whereToSignIn(backend))
  })
  const code = await Promise.race([ended, ready.then(() => ended)])
  process.exit(code)
}

function whereToSignIn(backend) {
  const as = 'as ada@example.com with correct-horse'
  const issuer = setting('OIDC_ISSUER')
  if (issuer) return process.env.OIDC_IS_DEMO ? `Sign in at the demo provider, ${issuer}, ${as}` : `Sign in at ${issuer}`
  return backend ? `Tokens come from ${backend}` : `Sign in ${as}`
}

async function answers() {
  const address = !host || host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  for (;;) {
    const response = await fetch(`http://${address}:${port}/api/auth/csrf`).catch(() => undefined)
    if (response) return response.arrayBuffer()
    await delay(100)
  }
}

/** Runs a script of Node's; resolves with its exit code. */
function run(args, stdio) {
  child = spawn(process.execPath, args, { cwd: root, env, stdio })
  return new Promise((resolve) => {
    child.once('error', (error) => fail(error.message))
    child.once('close', (code, signal) => {
      child = undefined
      resolve(code ?? exitCodeOf(signal))
    })
  })
}

/** What a shell reports for a process that a signal ended. */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal]
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
