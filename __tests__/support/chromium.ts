import { chromium, type Browser } from 'playwright-core'
import flags from './chromium-flags.json'

/** A headless Chromium that asks nobody outside for anything. `npm test` says where it is. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'] ?? '/usr/bin/chromium'
  return chromium.launch({
    executablePath,
    headless: true,
    // Playwright turns the back/forward cache off; users have it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: flags,
  })
}
