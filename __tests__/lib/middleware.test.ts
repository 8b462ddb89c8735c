import { encode, type JWT } from 'next-auth/jwt'
import { NextRequest, NextResponse, type NextFetchEvent } from 'next/server'
import exportedByDefault, { withAuth, type NextMiddlewareWithAuth, type NextRequestWithAuth } from '../../lib/middleware'

const SECRET = 'a secret of the tests'
const ORIGIN = 'http://app.example'
const OVER = { error: 'RefreshAccessTokenError' }

beforeEach(() => {
  process.env['NEXTAUTH_URL'] = ORIGIN
  process.env['NEXTAUTH_SECRET'] = SECRET
})

/** A request for a page by someone whose session cookie holds these claims; without any, by a stranger. */
async function requestBy(claims?: JWT, path = '/orders?tab=1'): Promise<NextRequestWithAuth> {
  const request = new NextRequest(ORIGIN + path)
  if (claims) {
    const token = { sub: '1', name: 'Ada', accessToken: 'a', accessTokenExpiry: Date.now() + 60_000, ...claims }
    request.cookies.set('next-auth.session-token', await encode({ token, secret: SECRET }))
  }
  return request as NextRequestWithAuth
}
const event = { waitUntil() {} } as unknown as NextFetchEvent

/** Where the answer leads, `passed` where it lets the request through. */
async function verdict(answer: ReturnType<NextMiddlewareWithAuth>): Promise<string> {
  const response = await answer
  if (!response || response.headers.get('x-middleware-next')) return 'passed'
  return response.headers.get('location')?.replace(ORIGIN, '') ?? `status ${response.status}`
}

const SIGN_IN = '/api/auth/signin?callbackUrl=%2Forders%3Ftab%3D1'
const next: NextMiddlewareWithAuth = () => NextResponse.next()

const forms: Record<string, (request: NextRequestWithAuth) => ReturnType<NextMiddlewareWithAuth>> = {
  'withAuth()': (request) => withAuth()(request, event),
  'withAuth(options)': (request) => withAuth({ secret: SECRET })(request, event),
  'withAuth(middleware)': (request) => withAuth(next)(request, event),
  'withAuth(middleware, options)': (request) => withAuth(next, { secret: SECRET })(request, event),
  'withAuth(request)': (request) => withAuth(request),
  'withAuth(request, options)': (request) => withAuth(request, { secret: SECRET }),
  'the default export, as a middleware': (request) => exportedByDefault(request, event),
}

describe.each(Object.entries(forms))('%s', (_, run) => {
  it('lets the signed-in pass, however old their access token', async () => {
    expect(await verdict(run(await requestBy({})))).toBe('passed')
    expect(await verdict(run(await requestBy({ accessTokenExpiry: Date.now() - 60_000 })))).toBe('passed')
  })

  it('leads the signed-out to the sign-in page with the way back', async () => {
    expect(await verdict(run(await requestBy()))).toBe(SIGN_IN)
  })

  it('leads those there whose session is over', async () => {
    expect(await verdict(run(await requestBy(OVER)))).toBe(SIGN_IN)
  })
})

it('lets those pass of whose cookies two responses have left some each', async () => {
  const request = await requestBy({})
  const { value = '' } = request.cookies.get('next-auth.session-token') ?? {}
  request.cookies.set('next-auth.session-token.0', value.slice(0, 100))
  request.cookies.set('next-auth.session-token.1', value.slice(100))
  expect(await verdict(withAuth()(request, event))).toBe('passed')
})

it('leads to the sign-in page of the app', async () => {
  const middleware = withAuth({ pages: { signIn: '/login' } })
  const request = await requestBy(OVER)
  expect(await verdict(middleware(request, event))).toBe('/login?callbackUrl=%2Forders%3Ftab%3D1')
})

it('lets everyone reach the sign-in page, whose session is over above all', async () => {
  const request = await requestBy(OVER, '/login')
  expect(await verdict(withAuth(request, { pages: { signIn: '/login' } }))).toBe('passed')
})

describe('`authorized` of the app', () => {
  const decide = async (claims: JWT | undefined, authorized: (params: { token: JWT | null }) => unknown) => {
    const request = await requestBy(claims)
    return verdict(withAuth({ callbacks: { authorized: authorized as () => boolean } })(request, event))
  }

  it('decides for live sessions', async () => {
    expect(await decide({}, () => false)).toBe(SIGN_IN)
    expect(await decide({ roles: ['admin'] }, ({ token }) => (token?.['roles'] as string[])?.includes('admin'))).toBe('passed')
  })

  it('sees those that are over as nobody', async () => {
    const authorized = jest.fn(({ token }: { token: JWT | null }) => token !== null)
    expect(await decide(OVER, authorized)).toBe(SIGN_IN)
    expect(authorized).toHaveBeenCalledWith({ token: null, req: expect.any(NextRequest) })
  })

  it('may let nobody pass as well, for a page that is public', async () => {
    expect(await decide(OVER, () => true)).toBe('passed')
  })

  it('leaves it to the rule where it gives no answer', async () => {
    expect(await decide(OVER, () => undefined)).toBe(SIGN_IN)
    expect(await decide({}, () => undefined)).toBe('passed')
  })
})

it('hands the middleware the token of the live, and none of a session that is over', async () => {
  const seen: unknown[] = []
  const middleware = withAuth(
    (request) => {
      seen.push(request.nextauth.token?.sub ?? null)
      return NextResponse.json({ mine: true })
    },
    { callbacks: { authorized: () => true } },
  )
  for (const claims of [{}, OVER, undefined]) {
    const request = await requestBy(claims)
    expect(await verdict(middleware(request, event))).toBe('status 200')
  }
  expect(seen).toEqual(['1', null, null])
})

it('asks no backend and writes no cookie', async () => {
  const fetched = jest.spyOn(globalThis, 'fetch')
  const request = await requestBy({ accessTokenExpiry: 1, refreshToken: 'r' })
  const response = await withAuth(next)(request, event)
  expect(fetched).not.toHaveBeenCalled()
  expect(response?.headers.get('set-cookie')).toBeNull()
  fetched.mockRestore()
})

it("keeps a redirect out of Next's router, which would go by it after the sign-in; answers of the app stay as they are", async () => {
  const redirect = await withAuth()(await requestBy(), event)
  expect(redirect?.headers.get('x-middleware-cache')).toBe('no-cache')
  const elsewhere = await withAuth(() => Response.redirect('http://app.example/elsewhere'))(await requestBy({}), event)
  expect(elsewhere?.headers.get('location')).toBe('http://app.example/elsewhere')
  expect(elsewhere?.headers.get('x-middleware-cache')).toBeNull()
})
