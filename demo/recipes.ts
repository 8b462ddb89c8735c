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
]
