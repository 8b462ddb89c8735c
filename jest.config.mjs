import nextJest from 'next/jest.js'

const createJestConfig = nextJest({ dir: './' })

/** The sources of the entries, and what they are built to. */
const BUILT = {
  '^(\\.\\./)+lib$': '<rootDir>/dist/index.js',
  '^(\\.\\./)+lib/(server|testing|redis|middleware)$': '<rootDir>/dist/$2.js',
  '^(\\.\\./)+components$': '<rootDir>/dist/react.js',
  '^(\\.\\./)+lib/client/auth-axios$': '<rootDir>/dist/axios.js',
  '^(\\.\\./)+hooks/useAuthSWR$': '<rootDir>/dist/swr.js',
}

/** One project a kind of test, so that each runs with the environment and the time it needs. */
const kinds = [
  {
    displayName: 'lib',
    testEnvironment: 'node',
    testMatch: ['<rootDir>/__tests__/lib/**/*.test.ts'],
    testPathIgnorePatterns: ['<rootDir>/__tests__/lib/client/'],
  },
  {
    displayName: 'client',
    testEnvironment: 'jsdom',
    testMatch: ['<rootDir>/__tests__/{components,hooks,lib/client}/**/*.test.{ts,tsx}'],
  },
  { displayName: 'model', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/model/**/*.test.ts'] },
  // What apps can reach, once more, against what npm would publish.
  {
    displayName: 'built',
    testEnvironment: 'node',
    testMatch: [
      '<rootDir>/__tests__/lib/{laws,next-auth,server,backends}/**/*.test.ts',
      '<rootDir>/__tests__/lib/middleware.test.ts',
      '<rootDir>/__tests__/types/*.test.ts',
    ],
    moduleNameMapper: BUILT,
  },
  {
    displayName: 'built-client',
    testEnvironment: 'jsdom',
    testMatch: ['<rootDir>/__tests__/{components,hooks,lib/client}/**/*.test.{ts,tsx}'],
    moduleNameMapper: BUILT,
  },
  // These two run the built demo: `npm test` builds it first.
  { displayName: 'app', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/app/**/*.test.ts'] },
  { displayName: 'browser', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/browser/**/*.test.ts'] },
]

/** ESM alone, so jest has to transform it where the build bundles it. */
const TRANSFORMED = 'oauth4webapi|httpxy'

/** next/jest sets the patterns of what is left untransformed itself, and takes further ones only. */
async function project(kind) {
  const config = await createJestConfig(kind)()
  const others = config.transformIgnorePatterns.filter((pattern) => !pattern.startsWith('/node_modules'))
  return { ...config, transformIgnorePatterns: [`/node_modules/(?!(${TRANSFORMED})/)`, ...others] }
}

export default async () => ({ projects: await Promise.all(kinds.map(project)) })
