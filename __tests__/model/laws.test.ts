import { checkHistories, printFailure, SEED } from './check-histories'

/**
 * The same histories in each `npm test`, so that a change is judged by itself; `npm run test:soak` draws new ones. A
 * failure names the seed and the path that lead to it again.
 */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 1_000)
const DRAWN = process.env['MODEL_SEED'] ?? (process.env['MODEL_RUNS'] === undefined ? SEED : undefined)
const PATH = process.env['MODEL_PATH']
const SHOWS_PROGRESS = process.env['MODEL_PROGRESS'] !== undefined

it(`holds its laws in ${RUNS} histories`, async () => {
  const startedAt = performance.now()
  const failure = await checkHistories({
    runs: RUNS,
    seed: DRAWN === undefined ? undefined : Number(DRAWN),
    path: PATH,
    onRun(runs) {
      if (!SHOWS_PROGRESS || runs % 1_000 !== 0) return
      process.stdout.write(`${runs} of ${RUNS} histories, ${Math.round((performance.now() - startedAt) / 1000)} s\n`)
    },
  })
  if (failure) throw new Error(printFailure(failure))
}, 60_000 + RUNS * 200)
