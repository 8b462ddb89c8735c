import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { driveInBrowser, hearsMismatch } from './drive-browser.mjs'
import { driveOverHTTP } from './drive-http.mjs'
import { writeJavaScriptApp, writeManifest, writeTypeScriptApp } from './make-app.mjs'
import { serve } from './next-app.mjs'
import { loadInNode } from './plain-node.mjs'
import { run } from './step.mjs'
import { typeCheck } from './type-check.mjs'

/** A registry that falls silent is asked again, sooner than npm would. */
const INSTALL_FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--fetch-timeout=20000', '--fetch-retries=5']

/**
 * Installs the packed package beside one line's versions, type-checks, builds, starts and drives the app, and gives one
 * row a build, telling what passed. `isShort` leaves out all builds and resolutions but the first, and development.
 */
export async function runLine(line, { parent, tarball, browser, isShort = false }) {
  const folder = join(parent, `next-${line.name}`)
  const bin = (name) => join(folder, 'node_modules/.bin', name)
  const rows = []

  /** Runs one step and says how long it took. */
  async function step(what, act) {
    const startedAt = performance.now()
    const say = (how) => console.log(`  Next ${line.name.padEnd(4)}  ${what}: ${how}`)
    try {
      const result = await act()
      say(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
      return result
    } catch (error) {
      say('FAILED')
      throw new Error(`Next ${line.versions.next} with React ${line.versions.react}, ${what}: ${error.message}`)
    }
  }

  async function buildAndDrive(language, bundler, entries) {
    const kind = `${language}, ${bundler}`
    rmSync(join(folder, '.next'), { recursive: true, force: true })
    await step(`build (${kind})`, () => run(bin('next'), ['build', ...line.bundlers[bundler]], { cwd: folder }))
    await step(`drive (${kind})`, () =>
      withServer(folder, 'start', ({ origin }) =>
        Promise.all([driveOverHTTP(origin, entries), driveInBrowser(browser, origin, { renewals: 2 })]),
      ),
    )
    rows.push({ language, bundler })
  }

  writeManifest(folder, line, tarball)
  await step('install', () => run('npm', ['install', ...INSTALL_FLAGS], { cwd: folder }))
  const entries = await step('load every entry in Node', () => loadInNode(folder))
  writeTypeScriptApp(folder, line)
  for (const resolution of isShort ? line.resolutions.slice(0, 1) : line.resolutions) {
    await step(`type-check (${resolution})`, () => typeCheck(folder, resolution))
  }

  const [first, ...others] = Object.keys(line.bundlers)
  await buildAndDrive('TypeScript', first, entries)
  if (isShort) return rows
  if (line.watchesDevelopment) await step('drive development', () => driveDevelopment(folder, browser))
  for (const bundler of others) await buildAndDrive('TypeScript', bundler, entries)
  writeJavaScriptApp(folder, line)
  for (const bundler of [first, ...others]) await buildAndDrive('JavaScript', bundler, entries)
  return rows
}

/** Only development's React warns of a hydration that found something else than the server had rendered. */
async function driveDevelopment(folder, browser) {
  rmSync(join(folder, '.next'), { recursive: true, force: true })
  await withServer(folder, 'dev', async ({ origin }) => {
    for (const path of ['/', '/login', '/dashboard', '/token', '/mismatch', '/api/auth/session', '/api/counters']) {
      await fetch(origin + path).then((response) => response.text())
    }
    if (!(await hearsMismatch(browser, origin))) throw new Error('a hydration that fails is not heard of')
    await driveInBrowser(browser, origin, { renewals: 1 })
  })
}

async function withServer(folder, command, act) {
  const server = await serve(folder, command)
  try {
    await act(server)
  } catch (error) {
    throw new Error(`${error.message}\nThe server printed:\n${server.output()}`)
  } finally {
    await server.stop()
  }
}
