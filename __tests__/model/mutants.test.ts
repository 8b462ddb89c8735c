import { checkHistories, SEED } from './check-histories'
import { RENEWAL_MUTANTS } from './renewal-mutants'
import { SESSION_MUTANTS } from './session-mutants'

/** Each mutant falls within so many histories, by the law that it breaks. `laws.test.ts` has the library itself pass the very same. */
const RUNS = 1_000

const MUTANTS = [...RENEWAL_MUTANTS, ...SESSION_MUTANTS]

const fallen: string[] = []

it.each(MUTANTS)('law $law fails with $name', async ({ law, name, flaw }) => {
  const failure = await checkHistories({ runs: RUNS, seed: SEED, law, shrinks: false, flaw })
  expect(failure).toBeDefined()
  const violation = failure?.outcome.violations.find((found) => found.law === law)
  fallen.push(`${String(failure?.runs).padStart(4)}  law ${law.padEnd(6)} ${name}: ${violation?.what}`)
}, 60_000 + RUNS * 200)

it('has a mutant for each law that the server keeps', () => {
  const laws = new Set(MUTANTS.map(({ law }) => law))
  expect(['1', '2', '3', '4', '5', '6', '7', '9', '10', '11'].filter((law) => !laws.has(law))).toEqual([])
})

afterAll(() => {
  if (process.env['MODEL_PROGRESS'] !== undefined) process.stdout.write(`Runs until each fell:\n${fallen.join('\n')}\n`)
})
