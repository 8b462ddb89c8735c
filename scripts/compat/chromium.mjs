import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { requireProgram } from '../system-program.mjs'

const FLAGS = new URL('../../__tests__/support/chromium-flags.json', import.meta.url)

/** The headless Chromium of the tests; installs it where that can be done. */
export function launchChromium() {
  const executablePath = requireProgram({
    path: process.env.CHROME_PATH,
    names: ['chromium', 'google-chrome'],
    debianPackage: 'chromium',
  })
  return chromium.launch({ executablePath, headless: true, args: JSON.parse(readFileSync(FLAGS, 'utf8')) })
}
