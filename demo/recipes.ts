/** One way to use the library: a page of this demo to try, and the file to copy it from. */
export interface Recipe {
  href: string
  name: string
  /** What one gets, in a sentence. */
  says: string
  /** The file, by its path in the repository. */
  source: string
}

export const RECIPES: readonly Recipe[] = [
  {
    href: '/dashboard',
    name: 'A page for the signed-in',
    says: 'useAuth leads everyone else to the login page, and back here afterwards.',
    source: 'pages/dashboard.tsx',
  },
  {
    href: '/recipes/server-rendered',
    name: 'A server-rendered page',
    says: 'withAuthProps hands getServerSideProps a fresh token, and the browser its session.',
    source: 'pages/recipes/server-rendered.tsx',
  },
  {
    href: '/recipes/server-axios',
    name: 'axios on the server',
    says: 'createServerAxios brings the token to each request; withFreshToken hands it to one call. Both try a 401 again.',
    source: 'pages/recipes/server-axios.tsx',
  },
  {
    href: '/recipes/polling',
    name: 'An API route, polled',
    says: 'withAuthApi answers a page that asks each second, over as many renewals as it takes.',
    source: 'pages/api/recipes/profile.ts',
  },
  {
    href: '/recipes/proxy',
    name: 'The proxy, with tokens hidden from the browser',
    says: 'createBackendProxy adds the token on the server, so that pages ask the backend without ever holding one.',
    source: 'pages/api/proxy/[...path].ts',
  },
  {
    href: '/recipes/swr',
    name: 'SWR through axios',
    says: 'useAuthSWR polls an API route each second, through every renewal, and caches by user.',
    source: 'pages/recipes/swr.tsx',
  },
  {
    href: '/recipes/client-axios',
    name: 'axios in the browser',
    says: 'createAuthAxios sends with the token from memory, and answers a 401 with one renewal and one replay.',
    source: 'pages/recipes/client-axios.tsx',
  },
  {
    href: '/recipes/admin',
    name: 'A page for a role',
    says: 'withAuthProps lets admins in, and tells others 403 without signing them out.',
    source: 'pages/recipes/admin.tsx',
  },
  {
    href: '/recipes/middleware',
    name: 'A page behind a middleware',
    says: 'withAuth keeps out whoever is signed out or whose session is over, before anything is rendered.',
    source: 'proxy.ts',
  },
]
