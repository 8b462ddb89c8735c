import { inspect } from 'node:util'
import fc from 'fast-check'
import { anyHistory } from './histories'
import type { History } from './history'
import type { Flaw } from './library'
import { printHistory, printOutcome } from './print-history'
import { runHistory, type Outcome } from './run-history'

/** Of the histories that each `npm test` runs. */
export const SEED = 20_300_101

const COMMAND = 'npx jest --selectProjects model --testPathPatterns model/laws'

export interface CheckOptions {
  runs: number
  seed?: number | undefined
  /** Where in that seed's histories a failing one is, as an earlier failure said. */
  path?: string | undefined
  /**
   * The only law that counts.
   * @default all
   */
  law?: string
  /** Whether a failing history is cut down to what it takes. */
  shrinks?: boolean
  flaw?: Flaw
  onRun?: (runs: number) => void
}

export interface Failure {
  /** How many histories it took to find it. */
  runs: number
  history: History
  outcome: Outcome
  seed: number
  path: string
}

/** Draws histories and plays them, until one breaks a law. */
export async function checkHistories(options: CheckOptions): Promise<Failure | undefined> {
  const { runs, seed, path, law, shrinks = true, flaw, onRun } = options
  let played = 0
  const details = await fc.check(
    fc.asyncProperty(anyHistory, async (history) => {
      const { violations } = await runHistory(history, flaw)
      played += 1
      onRun?.(played)
      return !violations.some((violation) => law === undefined || violation.law === law)
    }),
    {
      numRuns: runs,
      endOnFailure: !shrinks,
      ...(seed !== undefined && { seed }),
      ...(path !== undefined && { path }),
    },
  )
  const [history] = details.counterexample ?? []
  if (!history) return undefined
  // One that can't be played to its end, for a fault of the model's own, throws here as it did there.
  const outcome = await runHistory(history, flaw)
  return { runs: details.numRuns, history, outcome, seed: details.seed, path: details.counterexamplePath ?? '' }
}

/** A failure with all that it takes to see it again. */
export function printFailure({ runs, history, outcome, seed, path }: Failure): string {
  return [
    printOutcome(outcome),
    `The history, found after ${runs}:\n${printHistory(history)}`,
    `To see it again: MODEL_SEED=${seed} MODEL_PATH=${path} ${COMMAND}`,
    `To play it alone, pass this to runHistory: ${inspect(history, { depth: Infinity, breakLength: 120 })}`,
  ].join('\n\n')
}
