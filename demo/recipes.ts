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
]
