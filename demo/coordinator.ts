import Redis from 'ioredis'
import { memoryCoordinator, type RefreshCoordinator } from 'next-auth-refresh'
import { redisCoordinator } from 'next-auth-refresh/redis'

/** One refresh across all processes that have the same `REDIS_URL`; without one, across this process. */
export function coordinator(): RefreshCoordinator {
  const url = process.env.REDIS_URL
  if (!url) return memoryCoordinator()
  const client = new Redis(url)
  // The coordinator goes on without Redis and says so; ioredis would write a line for each failed connection.
  client.on('error', () => {})
  return redisCoordinator({ client })
}
