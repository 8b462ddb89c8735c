// The provider in a process of its own: `node serve.mjs [settings as JSON]`. It listens on the loopback interface alone,
// is told what to do over its IPC channel, and ends with the process that started it.
import { createServer } from 'node:http'
import { createProvider } from './provider.mjs'
import { createControls } from './controls.mjs'

/** @type {import('./provider.mjs').ProviderSettings & { host?: string, port?: number, apps?: object[] }} */
const { host = '127.0.0.1', port = 0, apps = [], ...settings } = JSON.parse(process.argv[2] ?? '{}')

process.on('disconnect', () => process.exit())
const server = createServer()
server.on('error', (error) => {
  console.error(`The provider can't listen on port ${port}: ${error.message}`)
  process.exit(1)
})
server.listen(port, '127.0.0.1', () => {
  const issuer = `http://${host}:${server.address().port}`
  const { provider, clients, counters } = createProvider(issuer, settings)
  const controls = createControls(provider, clients, counters)
  for (const app of apps) clients.register(app)
  server.on('request', provider.callback())
  process.on('message', async ({ id, control, args }) => {
    try {
      process.send({ id, answer: await controls[control](...args) })
    } catch (error) {
      process.send({ id, error: String(error?.message ?? error) })
    }
  })
  process.send?.({ issuer, clients: clients.credentials })
})
