import type { Answer, HttpBrowser } from './http-browser'
import { createHttpBrowser } from './http-browser'

/** As on the provider's pages. */
export const ADA = { email: 'ada@example.com', password: 'correct-horse' }
export const GRACE = { email: 'grace@example.com', password: 'battery-staple' }

/**
 * Signs in through an OpenID provider, as a browser would: from the app to the provider's login page, and back.
 *
 * @param app the browser at the app
 * @param providerId the id of the next-auth provider
 * @param atProvider the same browser at the provider: it asks for a password only where this has no session yet
 * @returns the app's answer to the callback, whose `location` names an `error` where the sign-in failed
 */
export async function signInThrough(
  app: HttpBrowser,
  providerId: string,
  options: { atProvider?: HttpBrowser; credentials?: typeof ADA } = {},
): Promise<Answer> {
  const { csrfToken } = (await app.request('/api/auth/csrf')).json as { csrfToken: string }
  const form = { csrfToken, callbackUrl: '/', json: 'true' }
  const { url } = (await app.request(`/api/auth/signin/${providerId}`, { method: 'POST', form })).json as { url: string }
  const atProvider = options.atProvider ?? createHttpBrowser(new URL(url).origin)
  const back = await followUntilCallback(atProvider, url, options.credentials ?? ADA)
  return app.request(new URL(back).pathname + new URL(back).search)
}

/** Goes where the provider leads, filling in its forms. */
async function followUntilCallback(browser: HttpBrowser, start: string, credentials: typeof ADA): Promise<string> {
  let url = start
  for (let steps = 0; steps < 10; steps += 1) {
    if (new URL(url).pathname.startsWith('/api/auth/callback/')) return url
    let answer = await browser.request(url)
    if (answer.status === 200 && new URL(url).pathname.startsWith('/interaction/')) {
      answer = await browser.request(url, { method: 'POST', form: credentials })
    }
    const location = answer.headers.get('location')
    if (!location) throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${answer.text.slice(0, 500)}`)
    url = new URL(location, url).href
  }
  throw new Error('the provider leads in circles')
}
