import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { BackendRequest, TokenBackend } from '../../lib/testing'
import type { Listening } from './listen'

/** Writes the answer to a request that went well, from the token backend's own. */
export type Rewrite = (reply: FastifyReply, body: string) => unknown

/** A server that speaks in its own way for a token backend, whose families, counters and faults it shares. */
export interface Front {
  app: FastifyInstance
  /** What the token backend says to a request; passed on as it is unless it went well, or lost as it is. */
  pass(reply: FastifyReply, request: BackendRequest, rewrite?: Rewrite): Promise<FastifyReply>
  listen(): Promise<Listening>
}

export function createFront(backend: TokenBackend): Front {
  const app = fastify({ forceCloseConnections: true })
  return {
    app,
    async pass(reply, request, rewrite = (_, body) => body) {
      const controller = new AbortController()
      reply.raw.once('close', () => controller.abort())
      try {
        const { status, headers, body } = await backend.handle({ ...request, signal: controller.signal })
        const isWell = status < 300 && !headers['Content-Type']?.includes('html')
        return await reply.code(status).headers(headers).send(isWell ? rewrite(reply, body) : body)
      } catch {
        reply.hijack()
        reply.raw.destroy()
        return reply
      }
    },
    listen: async () => ({ origin: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }),
  }
}
