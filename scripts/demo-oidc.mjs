// `npm run demo:oidc`: the demo, and an OpenID provider to sign in at. Options are those of `npm start`.
import { fork, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import './end-with-npm.mjs'
import { freePort } from './free-port.mjs'

const root = join(import.meta.dirname, '..')
/** Whatever ends this process closes its channel to the demo, which ends with it; the provider does so by itself. */
const END_WITH_PARENT = ['--import', 'data:text/javascript,process.on("disconnect",()=>process.exit())']

/** A terminal's Ctrl-C would reach the children as well: this process alone tells them when to end, and in which order. */
const DETACHED = true

const port = process.env.PORT ?? String((await isFree(3000)) ? 3000 : await freePort())
const origin = process.env.NEXTAUTH_URL ?? `http://localhost:${port}`
// What is wrong with these is for the demo's own script to say.
const apps = URL.canParse(origin) ? [{ origin: new URL(origin).origin }] : []
const { provider, issuer, client } = await startProvider({ host: 'localhost', apps })
const demo = spawn(process.execPath, [...END_WITH_PARENT, join(root, 'scripts/start.mjs'), ...process.argv.slice(2)], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  detached: DETACHED,
  env: {
    ...process.env,
    PORT: port,
    NEXTAUTH_URL: origin,
    API_BASE_URL: issuer,
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.clientId,
    OIDC_CLIENT_SECRET: client.clientSecret,
    OIDC_IS_DEMO: 'yes',
  },
})

// It ends in its own time, and this process with it. Told twice, it would end at once.
let isEnding = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!isEnding) demo.kill(signal)
    isEnding = true
  })
}
demo.once('exit', (code, signal) => {
  provider.removeAllListeners('exit')
  if (provider.connected) provider.disconnect()
  process.exitCode = code ?? 128 + constants.signals[signal]
})

function startProvider(settings) {
  const provider = fork(join(root, 'demo/oidc/serve.mjs'), [JSON.stringify(settings)], { detached: DETACHED })
  return new Promise((resolve) => {
    provider.once('message', ({ issuer, clients }) => resolve({ provider, issuer, client: clients.basic }))
    provider.once('exit', (code) => {
      console.error('The provider has ended, and the demo with it.')
      process.exit(code || 1)
    })
  })
}

function isFree(candidate) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(candidate, () => probe.close(() => resolve(true)))
  })
}
