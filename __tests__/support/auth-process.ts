// Runs in a process of its own: next-auth over HTTP, with Redis, in front of the backend in the test's process.
import CredentialsProvider from 'next-auth/providers/credentials'
import { restBackend } from '../../lib'
import { redisCoordinator } from '../../lib/redis'
import { startAuthServer } from './auth-server'
import { connectRedis } from './redis-coordinators'
import type { AuthProcessMessage, AuthProcessSettings } from './auth-processes'

async function main(): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '') as AuthProcessSettings
  const tell = (message: AuthProcessMessage) => process.send?.(message)
  const { client } = await connectRedis(settings.clientKind, settings.redisURL)
  const rest = restBackend({ baseURL: settings.backendURL })
  const credentials = CredentialsProvider({
    credentials: { email: {}, password: {} },
    authorize: (typed) => rest.authorize(typed),
  })
  const server = await startAuthServer({
    auth: { providers: [credentials] },
    refresh: {
      refresh: rest.refresh,
      revoke: rest.revoke,
      window: settings.window,
      coordinator: redisCoordinator({ client }),
      onEvent: (event) => tell({ event }),
    },
  })
  tell({ origin: server.origin })
}

// With the test's process, this one ends as well.
process.on('disconnect', () => process.exit())
void main()
