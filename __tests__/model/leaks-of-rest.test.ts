import { restBackend } from '../../lib'
import { ACCESS, expectNoSecret, NEXT_REFRESH, PASSWORD, REFRESH, text } from './canaries'

const rest = restBackend({ baseURL: 'http://backend.test', timeout: 1 })
const tokens = { accessToken: ACCESS, accessTokenExpiry: 0, refreshToken: REFRESH }
const context = { provider: 'credentials', signal: new AbortController().signal }
const echo = JSON.stringify({ error: 'not_now', message: text, refreshToken: NEXT_REFRESH, password: PASSWORD })
const realFetch = globalThis.fetch
let asked: string[]

afterEach(() => {
  globalThis.fetch = realFetch
})

function answer(status: number, body: string, type = 'application/json'): void {
  asked = []
  globalThis.fetch = async (url) => {
    asked.push(url as string)
    return new Response(body, { status, headers: { 'content-type': type } })
  }
}

it.each([200, 400, 401, 403, 404, 429, 500])('restBackend says no token of a %i', async (status) => {
  for (const [body, type] of [[echo], [`<p>${echo}</p>`, 'text/html'], [`"${REFRESH}"`], [`[${echo}]`]] as const) {
    answer(status, body, type)
    const outcomes = await Promise.allSettled([
      rest.authorize({ email: 'ada@example.com', password: PASSWORD }),
      rest.refresh(tokens, context).then((given) => (given === undefined ? given : 'an answer')),
      rest.revoke(tokens, context),
    ])
    expectNoSecret(outcomes)
    expectNoSecret(asked)
  }
})

it('restBackend says no token where no answer comes', async () => {
  const rejecting = restBackend({ baseURL: 'http://127.0.0.1:1' })
  const outcomes = await Promise.allSettled([
    rejecting.authorize({ password: PASSWORD }),
    rejecting.refresh(tokens, context),
    rejecting.revoke(tokens, context),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expectNoSecret(outcomes)
})
