export { redisCoordinator } from './refresh/redis'
export type { IoredisClient, NodeRedisClient, RedisClient } from './refresh/redis-client'
export type { RedisCoordinatorOptions } from './refresh/redis-options'
