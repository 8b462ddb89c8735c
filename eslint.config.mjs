import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** What both sides may use: no IO, no Node, no React. */
const PURE = 'session|token-lifetime|record|request-body|retry-after|roles|way-back|web-origin'

const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
})

const NO_SERVER_CODE = [
  [`^(\\.\\./)+lib/(?!client/|(${PURE})$)`, 'The browser gets no server code.'],
  ['^node:|^jose$|^lru-cache$', 'The browser gets no server code.'],
]

export default tseslint.config(
  { ignores: ['dist/', '.next/', 'node_modules/', 'coverage/', 'next-env.d.ts'] },
  { files: ['**/*.{ts,tsx}'], extends: [tseslint.configs.recommendedTypeChecked] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // That is how a declaration merges fields into an interface of somebody else's.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // Route handlers and coordinators are async by their contract, whether or not this one waits for anything.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['{components,hooks,pages,demo}/**/*.{ts,tsx}'], ...hooks.configs.flat['recommended-latest'] },

  // Direction: pages -> components -> hooks -> lib, and within lib the two sides don't meet.
  { files: ['components/**/*.{ts,tsx}'], rules: forbid(...NO_SERVER_CODE) },
  { files: ['hooks/**/*.{ts,tsx}'], rules: forbid(...NO_SERVER_CODE, ['/components/', 'Hooks know no components.']) },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/client/**'],
    rules: forbid(['^react$|^react/|^next-auth/react|^next/router|/client/|/components/|/hooks/', 'The server side knows no React.']),
  },
  {
    files: ['lib/client/**/*.ts', `lib/{${PURE.replaceAll('|', ',')}}.ts`],
    rules: forbid(
      ['^react$|^react/|^next', 'Pure: no framework.'],
      ['^node:|/(refresh|backends|next-auth|server)/', 'The browser gets no server code.'],
    ),
  },
  {
    files: ['lib/{refresh,backends}/**/*.ts'],
    rules: forbid(
      ['^react$|^react/|^next-auth/react|^next/|/client/', 'The server side knows no React.'],
      ['/next-auth/|/server/', 'Refreshing knows nothing of its callers.'],
    ),
  },
  {
    files: ['{pages,demo}/**/*.{ts,tsx}'],
    rules: forbid(['^(\\.\\./)+(lib|components|hooks)(/|$)', 'The demo imports what is published.']),
  },
  {
    files: ['__tests__/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Backends and apps throw whatever they like, and so do their stand-ins.
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
)
