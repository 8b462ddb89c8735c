import fc from 'fast-check'
import { isAt, loginURL, wayBackOf } from '../../lib/way-back'

const ORIGIN = 'https://me.com'

/** The way back that the login page finds in its address when somebody put this into it. */
function wayBack(wanted: string, origin = ORIGIN): string | undefined {
  return wayBackOf(`/login?callbackUrl=${encodeURIComponent(wanted)}`, origin, '')
}

describe('a way back', () => {
  it.each([
    ['a path', '/dashboard', '/dashboard'],
    ['the home page', '/', '/'],
    ['a path with query and hash', '/orders?page=2&q=a%20b#row-7', '/orders?page=2&q=a%20b#row-7'],
    ['a query that holds an address', '/go?to=https://evil.example', '/go?to=https://evil.example'],
    ['a path below the login page', '/login/help', '/login/help'],
    ['a path that starts like the login page', '/login-history', '/login-history'],
    ['a path with dots in it', '/a/../b', '/b'],
    ['a path that climbs too far', '/../../b', '/b'],
    ['a path without its slash', 'dashboard', '/dashboard'],
    ['an absolute address of this origin', 'https://me.com/orders?page=2#row-7', '/orders?page=2#row-7'],
    ['the same with its port', 'https://me.com:443/orders', '/orders'],
    ['the same in capitals', 'HTTPS://ME.COM/orders', '/orders'],
    ['encoded slashes, which stay encoded', '/%2F%2Fevil.example', '/%2F%2Fevil.example'],
    ['an encoded backslash, which stays encoded', '/%5Cevil.example', '/%5Cevil.example'],
    ['nothing but a hash, which is the home page', '#news', '/#news'],
    ['letters of any alphabet', '/zürich?q=東京', '/z%C3%BCrich?q=%E6%9D%B1%E4%BA%AC'],
  ])('is followed: %s', (_, wanted, path) => {
    expect(wayBack(wanted)).toBe(path)
  })

  it.each([
    ['two slashes', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['four slashes', '////evil.example/a'],
    ['slash and backslash', '/\\evil.example'],
    ['two backslashes', '\\\\evil.example'],
    ['backslash and slash', '\\/evil.example'],
    ['a tab between slashes', '/\t/evil.example'],
    ['a newline between slashes', '/\n/evil.example'],
    ['a carriage return between slash and backslash', '/\r\\evil.example'],
    ['leading white space', ' \t//evil.example'],
    ['a leading control character', '\u0001//evil.example'],
    ['a tab within the scheme', 'ht\ttps://evil.example'],
    ['another site', 'https://evil.example'],
    ['another site without slashes', 'http:evil.example'],
    ['another scheme', 'http://me.com/orders'],
    ['another port', 'https://me.com:8443/orders'],
    ['a site that starts like this one', 'https://me.com.evil.example/orders'],
    ['a site that ends like this one', 'https://evilme.com/orders'],
    ['a subdomain', 'https://www.me.com/orders'],
    ['this site with credentials', 'https://evil.example@me.com/orders'],
    ['this site as a user name', 'https://me.com@evil.example/orders'],
    ['a lookalike letter', 'https://mе.com/orders'],
    ['javascript', 'javascript:alert(1)'],
    ['javascript in disguise', 'java\nscript:alert(1)'],
    ['javascript with a comment that looks like a path', 'javascript://me.com/%0aalert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['vbscript', 'vbscript:msgbox(1)'],
    ['a file', 'file:///etc/passwd'],
    ['a mail', 'mailto:a@me.com'],
    ['a blob', 'blob:https://me.com/0e5b'],
    ['a blob with a path of slashes', 'blob:https://me.com//evil.example'],
    ['no address at all', 'https://'],
    ['an impossible port', '//me.com:port/a'],
  ])('is not followed: %s', (_, wanted) => {
    expect(wayBack(wanted)).toBeUndefined()
  })

  it.each([
    ['itself', '/login'],
    ['itself with a query', '/login?callbackUrl=%2Fdashboard'],
    ['itself with a hash', '/login#form'],
    ['itself with a slash at its end', '/login/?callbackUrl=%2Fdashboard%2F'],
    ['itself, absolute', 'https://me.com/login'],
    ['itself by a detour', '/a/../login'],
    ['itself, relative', 'login'],
  ])('is not followed from the login page to %s', (_, wanted) => {
    expect(wayBackOf(`/login?callbackUrl=${encodeURIComponent(wanted)}`, ORIGIN, '')).toBeUndefined()
  })

  it.each([
    ['slashes after a dot', '/.//login'],
    ['an absolute address with a slash too many', 'https://me.com//login'],
  ])('is not followed from the login page to itself in disguise: %s', (_, wanted) => {
    expect(wayBack(wanted)).toBeUndefined()
  })

  it('is none where the address has none', () => {
    expect(wayBackOf('/login', ORIGIN, '')).toBeUndefined()
    expect(wayBackOf('/login?from=/dashboard#callbackUrl=/a', ORIGIN, '')).toBeUndefined()
  })

  it('is not the home page where the address holds an empty one', () => {
    // Relative to the origin, nothing is the home page; which one that is, only the page knows.
    expect(wayBackOf('/login?callbackUrl=', ORIGIN, '')).toBeUndefined()
  })

  it('loses the slashes that a router would take for another host', () => {
    expect(wayBack('https://me.com//evil.example/a?b#c')).toBe('/evil.example/a?b#c')
    expect(wayBack('https://me.com/\\evil.example')).toBe('/evil.example')
    expect(wayBack('/.//evil.example')).toBe('/evil.example')
  })
})

describe('a way back in an app with a base path', () => {
  const below = (wanted: string) => wayBackOf(`/login?callbackUrl=${encodeURIComponent(wanted)}`, ORIGIN, '/app')

  it.each([
    ['a path', '/app/orders?page=2#row-7', '/orders?page=2#row-7'],
    ['an absolute address', 'https://me.com/app/orders', '/orders'],
    ['its home page', '/app', '/'],
    ['its home page with a slash', '/app/', '/'],
    ['its home page with query and hash', '/app?a=/b#c', '/?a=/b#c'],
    ['a page that is called like the base path', '/app/app', '/app'],
    ['a path that somebody wrote without it', '/orders', '/orders'],
    ['a path that only starts like it', '/apples', '/apples'],
  ])('is told without it, as routers want it: %s', (_, wanted, path) => {
    expect(below(wanted)).toBe(path)
  })

  it.each([
    ['itself', '/app/login'],
    ['itself, absolute', 'https://me.com/app/login?callbackUrl=%2Fapp'],
    ['another site', 'https://evil.example/app/orders'],
  ])('is not followed from the login page to %s', (_, wanted) => {
    expect(below(wanted)).toBeUndefined()
  })

  it('is no other site behind it', () => {
    expect(below('/app//evil.example')).toBe('/evil.example')
    expect(below('https://me.com/app/\\evil.example')).toBe('/evil.example')
  })

  it('is where the user came from', () => {
    expect(wayBackOf(loginURL('/login', '/app/orders?page=2#row', ORIGIN), ORIGIN, '/app')).toBe('/orders?page=2#row')
  })
})

describe('the address of the login page', () => {
  it.each([
    ['/login', '/dashboard', '/login?callbackUrl=%2Fdashboard'],
    ['/login', '/', '/login?callbackUrl=%2F'],
    ['/login', '/orders?page=2&q=a#row', '/login?callbackUrl=%2Forders%3Fpage%3D2%26q%3Da%23row'],
    ['/login?theme=dark', '/dashboard', '/login?theme=dark&callbackUrl=%2Fdashboard'],
    ['/login#form', '/dashboard', '/login?callbackUrl=%2Fdashboard#form'],
    ['/en/sign-in', '/dashboard', '/en/sign-in?callbackUrl=%2Fdashboard'],
    ['https://sign-in.example/', '/dashboard', 'https://sign-in.example/?callbackUrl=%2Fdashboard'],
  ])('%s, coming from %s', (loginPath, path, address) => {
    expect(loginURL(loginPath, path, ORIGIN)).toBe(address)
  })

  it('leads back to where the user was, with query and hash', () => {
    const path = '/orders?page=2&q=a%26b&callbackUrl=/x#row=7&callbackUrl=/y'
    expect(wayBackOf(loginURL('/login', path, ORIGIN), ORIGIN, '')).toBe(path)
  })
})

describe('whether an address is that of a path', () => {
  it.each([
    ['/login', '/login', true],
    ['/login?callbackUrl=/a#b', '/login', true],
    ['/login', '/login?theme=dark', true],
    ['/login/', '/login', true],
    ['/login/?callbackUrl=/a#b', '/login', true],
    ['/login', '/login/', true],
    ['/', '/?theme=dark', true],
    ['/login/help', '/login', false],
    ['/logins', '/login', false],
    ['/dashboard?to=/login', '/login', false],
    ['/', '/login', false],
  ])('%s, of %s', (address, path, is) => {
    expect(isAt(address, path)).toBe(is)
  })
})

describe('properties of the way back', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '//', '\\', '.', '..', '/.//', '@', ':', '?', '#', '%2F', '%5C', '\t', '\n', '\r', ' ', '\0'),
    fc.constantFrom('blob:https://me.com', 'https://me.com', 'https:', 'http:', 'javascript:', 'data:', 'blob:', 'filesystem:', 'file:', 'ws:', 'me.com', 'evil.example', 'login'),
    fc.string({ maxLength: 4, unit: 'binary' }),
    fc.webUrl(),
    fc.webPath(),
  )
  const hostile = fc.oneof(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' }))

  it.each(['', '/app'])('is nothing, or a path of this origin with one leading slash, under the base path "%s"', (base) => {
    fc.assert(
      fc.property(hostile, (tail) => {
        const wanted = tail.length % 2 ? tail : base + tail
        const path = wayBackOf(`/login?${new URLSearchParams({ callbackUrl: wanted })}`, ORIGIN, base)
        if (path === undefined) return
        expect(path).toMatch(/^\/(?![/\\])/)
        expect(new URL(path, ORIGIN).origin).toBe(ORIGIN)
        expect(path).not.toMatch(/^\/login(?:[?#]|$)/)
      }),
      { numRuns: 5_000 },
    )
  })

  it('is the path that the user came from, whichever it was', () => {
    fc.assert(
      fc.property(fc.webPath({ size: 'small' }), fc.webQueryParameters(), fc.webFragments(), (path, query, hash) => {
        const from = new URL(`/in${path}?${query}#${hash}`, ORIGIN)
        const asPath = from.pathname + from.search + from.hash
        expect(wayBackOf(loginURL('/login', asPath, ORIGIN), ORIGIN, '')).toBe(asPath)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is looked for in any address without a crash', () => {
    fc.assert(
      fc.property(hostile, (address) => {
        const path = wayBackOf(`/${address}`, ORIGIN, '')
        if (path !== undefined) expect(new URL(path, ORIGIN).origin).toBe(ORIGIN)
      }),
      { numRuns: 5_000 },
    )
  })
})
