import nextJest from 'next/jest.js'

const createJestConfig = nextJest({ dir: './' })

/** One project a kind of test, so that each runs with the environment and the time it needs. */
const kinds = [
  { displayName: 'lib', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/lib/**/*.test.ts'] },
  {
    displayName: 'client',
    testEnvironment: 'jsdom',
    testMatch: ['<rootDir>/__tests__/{components,hooks}/**/*.test.{ts,tsx}'],
  },
  // These two run the built demo: `npm test` builds it first.
  { displayName: 'app', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/app/**/*.test.ts'] },
  { displayName: 'browser', testEnvironment: 'node', testMatch: ['<rootDir>/__tests__/browser/**/*.test.ts'] },
]

export default async () => ({
  projects: await Promise.all(kinds.map((kind) => createJestConfig(kind)())),
})
