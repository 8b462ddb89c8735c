import type { GetServerSideProps, GetServerSidePropsContext } from 'next'
import { withAuthProps, withFreshToken } from '../../../lib/server'
import { startAuthServer, type AuthServer, type AuthServerOptions } from '../../support/auth-server'
import { takeClock, type Clock } from '../../support/clock'
import type { HttpBrowser, RequestOptions } from '../../support/http-browser'
import { pageRoute } from '../../support/page-route'

let clock: Clock
let server: AuthServer
let browser: HttpBrowser

beforeEach(() => {
  clock = takeClock()
})
afterEach(async () => {
  clock.restore()
  await server.close()
})

async function start(options: AuthServerOptions = {}): Promise<void> {
  server = await startAuthServer(options)
  browser = server.browser()
}

const ada = () => browser.signIn()
const grace = () => browser.signIn({ email: 'grace@example.com', password: 'battery-staple' })

function serve(page: unknown, context?: Partial<GetServerSidePropsContext>): void {
  server.routes['/page'] = pageRoute(page as GetServerSideProps, context)
}
const get = (query = '', options?: RequestOptions) => browser.request(`/page${query}`, options)
const props = async (...args: Parameters<typeof get>) => (await get(...args)).json as Record<string, unknown>

it('adds the session to the props, so that the browser needs to ask for none', async () => {
  await start()
  await ada()
  serve(withAuthProps(server.authOptions, () => ({ props: { orders: [1, 2] } })))
  const given = await props()
  expect(given).toEqual({ orders: [1, 2], session: expect.objectContaining({ tokenRefresh: expect.any(Object) }) })
  expect((given['session'] as object)).toMatchObject({ user: { email: 'ada@example.com' } })
})

it('needs no function of the page', async () => {
  await start()
  await ada()
  serve(withAuthProps(server.authOptions))
  expect(await props()).toEqual({ session: expect.any(Object) })
})

it('hands the function the token, the session and all that Next does', async () => {
  await start()
  await ada()
  let seen: Record<string, unknown> = {}
  serve(
    withAuthProps(server.authOptions, (context) => {
      seen = { ...context }
      return { props: {} }
    }),
    { params: { id: '7' } },
  )
  const { session } = (await props('?tab=1')) as { session: { accessToken: string } }
  expect(seen).toMatchObject({ accessToken: session.accessToken, session, params: { id: '7' }, query: { tab: '1' } })
})

it('waits for props that are a promise', async () => {
  await start()
  await ada()
  serve(withAuthProps(server.authOptions, async () => ({ props: Promise.resolve({ late: true }) })))
  expect(await props()).toMatchObject({ late: true, session: { user: { email: 'ada@example.com' } } })
})

it("leaves a page's own redirect and not-found as they are", async () => {
  await start()
  await ada()
  serve(withAuthProps(server.authOptions, () => ({ redirect: { destination: '/elsewhere', permanent: true } })))
  expect(await get()).toMatchObject({ status: 308 })
  serve(withAuthProps(server.authOptions, () => ({ notFound: true })))
  expect(await get()).toMatchObject({ status: 404 })
})

it('gives the browser no token that is hidden from it', async () => {
  await start({ refresh: { exposeAccessToken: false } })
  await ada()
  let accessToken = ''
  serve(
    withAuthProps(server.authOptions, (context) => {
      accessToken = context.accessToken
      return { props: {} }
    }),
  )
  const { text } = await get()
  expect(accessToken).not.toBe('')
  expect(text).not.toContain(accessToken)
})

describe('the signed-out', () => {
  const wayTo = async (...args: Parameters<typeof get>) => {
    const { status, headers } = await get(...args)
    expect(status).toBe(307)
    return headers.get('location')
  }

  it('are led to the login page with the way back, query and all', async () => {
    await start()
    serve(withAuthProps(server.authOptions))
    expect(await wayTo('?tab=1&q=a%20b')).toBe('/login?callbackUrl=%2Fpage%3Ftab%3D1%26q%3Da%2520b')
  })

  it("are led to next-auth's sign-in page where there is one, or to the path that is asked for", async () => {
    await start({ auth: { pages: { signIn: '/welcome?from=app' } } })
    serve(withAuthProps(server.authOptions))
    expect(await wayTo()).toBe('/welcome?from=app&callbackUrl=%2Fpage')
    serve(withAuthProps(server.authOptions, undefined, { loginPath: '/enter' }))
    expect(await wayTo()).toBe('/enter?callbackUrl=%2Fpage')
  })

  it('come back to the page and not to its data, where they navigated within the app', async () => {
    await start()
    const page = withAuthProps(server.authOptions)
    server.routes['/_next/data/build/page.json'] = pageRoute(page, { resolvedUrl: '/page?tab=1' })
    const { headers } = await browser.request('/_next/data/build/page.json?tab=1')
    expect(headers.get('location')).toBe('/login?callbackUrl=%2Fpage%3Ftab%3D1')
  })

  it('stay in their language, and with the default one there is none in the path', async () => {
    await start()
    serve(withAuthProps(server.authOptions), { locale: 'fr', defaultLocale: 'en' })
    expect(await wayTo()).toBe('/fr/login?callbackUrl=%2Ffr%2Fpage')
    serve(withAuthProps(server.authOptions), { locale: 'en', defaultLocale: 'en' })
    expect(await wayTo()).toBe('/login?callbackUrl=%2Fpage')
  })

  describe('under a base path, as NEXTAUTH_URL has to state it', () => {
    const before = process.env
    beforeEach(() => {
      process.env = { ...before }
    })
    afterEach(() => {
      process.env = before
    })

    it.each(['https://shop.example/app/api/auth', 'https://shop.example/app/api/auth/', 'shop.example/app/api/auth'])(
      'carry a way back with it, which next-auth can follow, and find the sign-in page once: %s',
      async (stated) => {
        process.env['NEXTAUTH_URL'] = stated
        await start({ auth: { pages: { signIn: '/app/welcome' } } })
        serve(withAuthProps(server.authOptions))
        expect(await wayTo('?tab=1')).toBe('/welcome?callbackUrl=%2Fapp%2Fpage%3Ftab%3D1')
        serve(withAuthProps(server.authOptions, undefined, { loginPath: '/enter' }), { locale: 'fr', defaultLocale: 'en' })
        expect(await wayTo()).toBe('/fr/enter?callbackUrl=%2Fapp%2Ffr%2Fpage')
      },
    )

    it.each(['https://shop.example', 'https://shop.example/api/auth', 'localhost:3000/api/auth', 'nonsense'])(
      'carry none where there is none: %s',
      async (stated) => {
        process.env['NEXTAUTH_URL'] = 'http://127.0.0.1'
        await start()
        serve(withAuthProps(server.authOptions))
        process.env['NEXTAUTH_URL'] = stated
        expect(await wayTo()).toBe('/login?callbackUrl=%2Fpage')
      },
    )
  })

  it('are never handed to the function', async () => {
    await start()
    const page = jest.fn(() => ({ props: {} }))
    serve(withAuthProps(server.authOptions, page))
    await wayTo()
    expect(page).not.toHaveBeenCalled()
  })
})

describe('roles', () => {
  const page = jest.fn(() => ({ props: { secret: 42 } }))
  beforeEach(async () => {
    page.mockClear()
    await start()
    serve(withAuthProps(server.authOptions, page, { roles: ['auditor', 'admin'] }))
  })

  it('let those in who have one of them', async () => {
    await ada()
    expect(await get()).toMatchObject({ status: 200, json: { secret: 42, forbidden: false } })
  })

  it('keep others out with 403, signed in as they are', async () => {
    await grace()
    const { status, json } = await get()
    expect(status).toBe(403)
    expect(json).toEqual({ forbidden: true, session: expect.objectContaining({ user: expect.any(Object) }) })
    expect(page).not.toHaveBeenCalled()
  })

  it('give a navigation the same props with 200: Next would reload the page for another status', async () => {
    await grace()
    const { status, json } = await get('', { headers: { 'x-nextjs-data': '1' } })
    expect(status).toBe(200)
    expect(json).toMatchObject({ forbidden: true })
    expect(page).not.toHaveBeenCalled()
  })

  it('come after the login', async () => {
    expect((await get()).status).toBe(307)
  })
})

describe('a token that the page finds refused', () => {
  beforeEach(async () => {
    await start()
    await ada()
    serve(
      withAuthProps(server.authOptions, async ({ req, res, accessToken }) => {
        const token = await withFreshToken(req, res, server.authOptions, (fresh) => {
          if (fresh.accessToken === accessToken) throw Object.assign(new Error('refused'), { status: 401 })
          return fresh.accessToken
        })
        return { props: { token } }
      }),
    )
    clock.pass(6)
  })

  it('is renewed in the session that the browser gets, too', async () => {
    const { token, session } = (await props()) as { token: string; session: { accessToken: string } }
    expect(session.accessToken).toBe(token)
  })

  it('leads to the login page where its session is over', async () => {
    server.backend.revoke()
    expect((await get()).headers.get('location')).toBe('/login?callbackUrl=%2Fpage')
  })
})

it('takes no options but those of withTokenRefresh, and no login page elsewhere', async () => {
  await start()
  expect(() => withAuthProps({ providers: [] })).toThrow(/withAuthProps.*withTokenRefresh/)
  for (const loginPath of ['https://elsewhere.example/login', '//elsewhere.example', 'login', '']) {
    expect(() => withAuthProps(server.authOptions, undefined, { loginPath })).toThrow(/loginPath/)
  }
})

it('refuses options that would guard nothing', async () => {
  await start()
  const guard = (options: object) => () => withAuthProps(server.authOptions, undefined, options)
  expect(guard({ role: ['admin'] })).toThrow(/withAuthProps: unknown option `role`; there are roles, loginPath/)
  expect(guard({ roles: 'admin' })).toThrow(/withAuthProps: `roles`.*"admin"/)
})
