import { launchChromium } from './chromium.mjs'
import { runLine } from './line.mjs'

/**
 * Runs these lines of the matrix, `atATime` of them beside each other, and prints a table of what passed. A line that
 * fails keeps none of the others from running; throws at the end, where any did.
 */
export async function runMatrix(lines, { parent, tarball, isShort = false, atATime = 1 }) {
  const browser = await launchChromium()
  const waiting = [...lines]
  const results = new Map()

  async function takeTurns() {
    for (let line = waiting.shift(); line; line = waiting.shift()) results.set(line, await rowsOf(line))
  }
  async function rowsOf(line) {
    try {
      const rows = await runLine(line, { parent, tarball, browser, isShort })
      return rows.map((row) => ({ ...row, result: 'passed' }))
    } catch (error) {
      console.error(`\n${error.message}\n`)
      return [{ result: 'FAILED' }]
    }
  }

  try {
    await Promise.all(Array.from({ length: atATime }, takeTurns))
  } finally {
    await browser.close()
  }
  const table = lines.flatMap((line) => {
    const { next, react, typescript } = line.versions
    return results.get(line).map((row) => ({ Next: next, React: react, TypeScript: typescript, ...row }))
  })
  console.table(table)
  if (table.some(({ result }) => result === 'FAILED')) throw new Error('The package does not work everywhere.')
}
