import { createTokenBackend, type BackendPath, type Fault } from '../../../lib/testing'
import { ADA, failureIn, me, post, refresh, signIn } from './client'

const backend = createTokenBackend()
let token: string
beforeEach(async () => {
  backend.reset()
  token = (await signIn(backend)).refreshToken
})

const pending = Symbol('pending')
const soon = <T>(promise: Promise<T>) =>
  Promise.race([promise, new Promise<typeof pending>((resolve) => setTimeout(resolve, 30, pending))])

describe('a fault that answers instead', () => {
  afterEach(async () => {
    expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 0 })
    expect(backend.presentations(token)).toBe(0)
    expect((await refresh(backend, token)).status).toBe(200)
  })

  it('says 503 when unavailable', async () => {
    backend.inject({ kind: 'unavailable' })
    expect(failureIn(await refresh(backend, token))).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
  })

  it('says 429 and when to retry when rate-limited', async () => {
    backend.inject({ kind: 'rate-limited', retryAfter: 7 })
    const response = await refresh(backend, token)
    expect(failureIn(response)).toMatchObject({ status: 429, error: 'too_many_requests' })
    expect(response.headers['Retry-After']).toBe('7')
  })

  it('shows HTML where JSON should be', async () => {
    backend.inject({ kind: 'html' })
    const { status, headers, body } = await refresh(backend, token)
    expect(status).toBe(200)
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8')
    expect(body).toMatch(/^<!doctype html>/)
  })

  it('resets the connection before the request is processed', async () => {
    backend.inject({ kind: 'reset' })
    await expect(refresh(backend, token)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

it('lost: the token is spent and the answer never comes', async () => {
  backend.inject({ kind: 'lost' })
  await expect(refresh(backend, token)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 1 })
  expect(failureIn(await refresh(backend, token)).error).toBe('invalid_grant')
  expect(backend.counters.reuses).toBe(1)
})

describe('slow', () => {
  it('spends the token at once and answers after the delay', async () => {
    backend.inject({ kind: 'slow', delay: 0.2 })
    const started = performance.now()
    const answer = refresh(backend, token)
    expect(backend.counters.renewed).toBe(1)
    expect(await soon(answer)).toBe(pending)
    expect((await answer).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(190)
  })

  it('rejects with the reason when the signal aborts, and leaves no timer', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      backend.inject({ kind: 'slow', delay: 1000 })
      const controller = new AbortController()
      const { signal } = controller
      const answer = backend.handle({ method: 'POST', url: '/auth/refreshToken', body: { token }, signal })
      controller.abort('gone')
      await expect(answer).rejects.toBe('gone')
      expect(backend.counters.renewed).toBe(1)
      expect(jest.getTimerCount()).toBe(0)
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('hang', () => {
  const ask = (signal?: AbortSignal) =>
    backend.handle({ method: 'POST', url: '/auth/refreshToken', body: { token }, ...(signal && { signal }) })

  it('never answers and processes nothing', async () => {
    backend.inject({ kind: 'hang' })
    expect(await soon(ask())).toBe(pending)
    expect(backend.counters).toMatchObject({ refreshes: 1, renewed: 0 })
  })

  it('rejects with the reason when the signal aborts, now or before', async () => {
    backend.inject({ kind: 'hang', times: 2 })
    const controller = new AbortController()
    const answer = ask(controller.signal)
    expect(await soon(answer)).toBe(pending)
    controller.abort('gone')
    await expect(answer).rejects.toBe('gone')
    await expect(ask(AbortSignal.abort('before'))).rejects.toBe('before')
    expect(backend.counters.renewed).toBe(0)
  })
})

describe('faults', () => {
  const status = async () => (await refresh(backend, token)).status
  const rateLimited = { kind: 'rate-limited', retryAfter: 1 } as const

  it('strike one request in the order injected, each as often as told', async () => {
    backend.inject({ kind: 'unavailable' })
    backend.inject({ ...rateLimited, times: 2 })
    backend.inject({ kind: 'unavailable' })
    expect([await status(), await status(), await status(), await status(), await status()]).toEqual([
      503, 429, 429, 503, 200,
    ])
    expect(backend.counters.refreshes).toBe(5)
  })

  it('strike until cleared when the times are infinite', async () => {
    backend.inject({ kind: 'unavailable', times: Infinity })
    for (let times = 0; times < 20; times++) expect(await status()).toBe(503)
    backend.clearFaults()
    expect(await status()).toBe(200)
  })

  it('are removed one by one', async () => {
    const remove = backend.inject({ kind: 'unavailable', times: Infinity })
    backend.inject(rateLimited)
    expect(await status()).toBe(503)
    remove()
    remove()
    expect(await status()).toBe(429)
    expect(await status()).toBe(200)
  })

  it.each<[BackendPath, keyof typeof backend.counters]>([
    ['login', 'logins'],
    ['refresh', 'refreshes'],
    ['logout', 'logouts'],
    ['me', 'profiles'],
  ])('at %s strike nowhere else, and the request counts', async (path, counter) => {
    const { accessToken, refreshToken } = await signIn(backend)
    const before = backend.counters[counter]
    backend.inject({ kind: 'unavailable', path, times: Infinity })
    const answers = {
      login: (await post(backend, 'auth/login', ADA)).status,
      refresh: (await refresh(backend, refreshToken)).status,
      logout: (await post(backend, 'auth/logout', { token })).status,
      me: (await me(backend, accessToken)).status,
    }
    expect(answers).toEqual({ login: 200, refresh: 200, logout: 204, me: 200, [path]: 503 })
    expect(backend.counters[counter]).toBe(before + 1)
  })

  it('stay what they were when injected', async () => {
    const fault: Fault = { kind: 'rate-limited', retryAfter: 1 }
    backend.inject(fault)
    fault.retryAfter = 2
    expect((await refresh(backend, token)).headers['Retry-After']).toBe('1')
  })

  it.each([
    ['kind', { kind: 'nonsense' }],
    ['path', { kind: 'html', path: 'nowhere' }],
    ['times', { kind: 'html', times: 0 }],
    ['times', { kind: 'html', times: 1.5 }],
    ['times', { kind: 'html', times: NaN }],
    ['retryAfter', { kind: 'rate-limited' }],
    ['retryAfter', { kind: 'rate-limited', retryAfter: -1 }],
    ['retryAfter', { kind: 'rate-limited', retryAfter: 0.5 }],
    ['delay', { kind: 'slow' }],
    ['delay', { kind: 'slow', delay: -1 }],
    ['delay', { kind: 'slow', delay: 2_147_484 }],
  ])('quote a bad "%s": %j', async (field, fault) => {
    const inject = () => backend.inject(fault as Fault)
    expect(inject).toThrow(TypeError)
    expect(inject).toThrow(`"${field}" must`)
    expect(await status()).toBe(200)
  })
})
