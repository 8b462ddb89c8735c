// Builds the package and the demo, and serves the demo: `npm start`. See `usage` for what it takes.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const usage = `Usage: npm start [-- --no-build]

  --no-build       serve what was built before

  PORT             where to listen (3000)
  HOST             the interface to listen on (all)
  API_BASE_URL     a token backend to use instead of the demo's own
  NEXTAUTH_SECRET  what next-auth encrypts its cookies with (a random one for this run)
  NEXTAUTH_URL     where browsers reach the demo (http://localhost:PORT)`

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
const next = join(root, 'node_modules/next/dist/bin/next')

/** The one child there is at a time. */
let child
let stopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true
    if (child) child.kill(signal)
    else process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal])
  })
}

await main(process.argv.slice(2))

async function main(args) {
  if (args.includes('--help')) return console.log(usage)
  const unknown = args.find((arg) => arg !== '--no-build')
  if (unknown) fail(`There is no option ${unknown}.\n\n${usage}`)
  if (!existsSync(next)) fail('The dependencies are missing: run `npm ci` first.')

  const { env, port, host, madeSecret } = await settings()
  if (args.includes('--no-build')) {
    if (!existsSync(join(root, '.next/BUILD_ID'))) fail('There is no build yet: leave out --no-build.')
  } else {
    await step('Building the package', tsup, [], env)
    await step('Building the demo', next, ['build'], env)
  }
  if (madeSecret) console.log('NEXTAUTH_SECRET is not set: made one for this run. Whoever signs in is signed out when it ends.')
  await serve(env, port, host)
}

async function settings() {
  const port = Number(process.env.PORT || 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`PORT must be a whole number from 1 to 65535, not ${process.env.PORT}.`)
  const host = process.env.HOST || undefined
  const backend = setting('API_BASE_URL')
  if (backend && !/^https?:$/.test(URL.canParse(backend) ? new URL(backend).protocol : '')) {
    fail(`API_BASE_URL must be an http(s) URL, not ${backend}.`)
  }
  const trouble = await listenProblem(port, host)
  if (trouble === 'EADDRINUSE') fail(`Port ${port} is in use. Take another one: PORT=${port + 1} npm start`)
  if (trouble) fail(`Port ${port} can't be listened on (${trouble}).`)

  const env = { ...process.env, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
  const madeSecret = !setting('NEXTAUTH_SECRET') && !setting('AUTH_SECRET')
  if (madeSecret) env.NEXTAUTH_SECRET = randomBytes(32).toString('base64url')
  if (!setting('NEXTAUTH_URL')) env.NEXTAUTH_URL = `http://localhost:${port}`
  return { env, port, host, madeSecret }
}

/** A setting as Next will see it: from the environment, or else from its env files. */
function setting(name) {
  if (process.env[name]) return process.env[name]
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(["']?)(.+?)\\1\\s*$`, 'm')
  for (const file of ['.env.production.local', '.env.local', '.env.production', '.env']) {
    const path = join(root, file)
    const value = existsSync(path) && line.exec(readFileSync(path, 'utf8'))?.[2]
    if (value) return value
  }
  return undefined
}

function listenProblem(port, host) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', ({ code }) => resolve(code))
    probe.listen({ port, host }, () => probe.close(() => resolve(undefined)))
  })
}

/** Runs a build, and shows what it said only where it failed. */
async function step(title, script, args, env) {
  const startedAt = performance.now()
  process.stdout.write(`${title} … `)
  const { code, output } = await run(script, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  if (code !== 0) {
    console.log(stopping ? 'stopped' : 'failed')
    if (!stopping) console.error(`\n${output}`)
    process.exit(code)
  }
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function serve(env, port, host) {
  const args = ['start', '--port', String(port), ...(host ? ['--hostname', host] : [])]
  // Whatever ends this process, even what it can't catch, closes the channel, and with it goes the server.
  const withParent = 'data:text/javascript,process.on("disconnect",()=>process.exit())'
  const ended = run(next, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] }, ['--import', withParent])
  let isReady = false
  child.stdout.on('data', (chunk) => {
    // Before that, it is Next's banner: it names addresses that NEXTAUTH_URL doesn't.
    if (isReady) process.stdout.write(chunk)
    else if (String(chunk).includes('Ready in')) {
      isReady = true
      announce(port)
    }
  })
  const { code } = await ended
  process.exit(code)
}

function announce(port) {
  console.log(`\nReady: http://localhost:${port}`)
  const backend = setting('API_BASE_URL')
  console.log(backend ? `Tokens come from ${backend}` : 'Sign in as ada@example.com with correct-horse')
  console.log('Ctrl+C ends it.')
}

/** Runs a script of Node's until it ends. */
function run(script, args, options, nodeArgs = []) {
  return new Promise((resolve) => {
    let output = ''
    child = spawn(process.execPath, [...nodeArgs, script, ...args], { cwd: root, ...options })
    for (const stream of options.stdio[2] === 'pipe' ? [child.stdout, child.stderr] : []) {
      stream.on('data', (chunk) => (output += chunk))
    }
    child.once('error', (error) => fail(error.message))
    child.once('close', (code, signal) => {
      child = undefined
      resolve({ code: code ?? (signal ? 128 : 1), output })
    })
  })
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
