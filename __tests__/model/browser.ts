import { parseSetCookie } from 'set-cookie-parser'
import { exchange, type Answered, type Asked } from './exchange'
import type { Journey, RequestKind } from './history'
import { onResponse } from './laws/response-laws'
import { readCookie, SESSION_COOKIE } from './session-cookie'
import { nameOfIssue, type World } from './world'

export interface Browser {
  name: string
  jar: Map<string, string>
  csrfToken: string
  credentials: { email: string; password: string }
  /** How often it has signed in: what was under way before belongs to a page that was left. */
  page: number
}

/** A second copy of a response comes so much later. */
const REPEATED_AFTER_MS = 10_000

const STRAIGHT: Journey = { up: 0, before: 0, after: 0, down: 0, fate: 'arrives' }

/** What a page that was taken over would send: none of it may become the session's. */
const FORGED = {
  accessToken: 'forged-access-token',
  accessTokenExpiry: 8e12,
  refreshToken: 'forged-refresh-token',
  refreshTokenExpiry: 8e12,
  tokenRefresh: { session: 'forged-session', provider: 'credentials', generation: 1_000 },
  error: 'RefreshAccessTokenError',
}

export function createBrowser(world: World, index: number): Browser {
  const browser = {
    name: `browser ${index}`,
    jar: new Map<string, string>(),
    csrfToken: '',
    credentials:
      index % 2 === 0
        ? { email: 'ada@example.com', password: 'correct-horse' }
        : { email: 'grace@example.com', password: 'battery-staple' },
    page: 0,
  }
  world.browsers.push(browser)
  return browser
}

/**
 * Signs in. Whatever was under way before is forgotten with the page that asked for it. (A response to an earlier
 * session's request that arrives after a sign-in takes the jar from the new session, or clears it: next-auth writes the
 * session cookie with each answer, and no option of it can help that.)
 */
export async function signIn(world: World, browser: Browser, processIndex: number): Promise<void> {
  browser.page += 1
  const csrf = await ask(world, browser, processIndex, { kind: 'csrf' }, STRAIGHT)
  const { csrfToken } = csrf?.body as { csrfToken: string }
  browser.csrfToken = csrfToken
  keep(browser, csrf?.setCookie ?? [])
  const body = { ...browser.credentials, csrfToken, json: 'true' }
  const answered = await ask(world, browser, processIndex, { kind: 'sign-in', body }, STRAIGHT)
  browser.page += 1
  keep(browser, answered?.setCookie ?? [])
  world.note(`${browser.name} is signed in as ${nameOfIssue(heldBy(world, browser))}`)
}

/** Sends a request with the jar as it is, and takes what comes of it. */
export async function request(
  world: World,
  browser: Browser,
  processIndex: number,
  kind: RequestKind | 'sign-out',
  journey: Journey = STRAIGHT,
): Promise<unknown> {
  const { page, csrfToken } = browser
  const held = heldBy(world, browser)
  world.note(`${browser.name} sends ${kind} to process ${processIndex} with ${held ? nameOfIssue(held) : 'no session'}`)
  if (kind === 'renew' && held) world.rejected.add(held.accessToken)
  const body = bodyOf(kind, csrfToken, held?.index)
  const answered = await ask(world, browser, processIndex, { kind, ...(body && { body }) }, journey)
  await world.time.sleep(journey.down)
  if (journey.fate === 'is lost') {
    world.note(`the answer to ${browser.name}'s ${kind} is lost`)
    return answered?.body
  }
  const deliver = () => {
    if (browser.page !== page) return
    keep(browser, answered?.setCookie ?? [])
    const now = heldBy(world, browser)
    world.note(`${browser.name} gets the answer to ${kind}, and holds ${now ? nameOfIssue(now) : 'no session'}`)
  }
  deliver()
  if (journey.fate === 'is repeated') {
    await world.time.sleep(REPEATED_AFTER_MS)
    deliver()
  }
  return answered?.body
}

function bodyOf(kind: Asked['kind'], csrfToken: string, generation = 0): Asked['body'] {
  if (kind === 'update') return { csrfToken, data: FORGED }
  if (kind === 'renew') return { csrfToken, data: { tokenRefresh: { renew: generation } } }
  return kind === 'sign-out' ? { csrfToken, json: 'true' } : undefined
}

/** What the backend issued under the refresh token in the jar's session. */
export function heldBy({ truth }: World, { jar }: Browser) {
  return readCookie(truth, jar.get(SESSION_COOKIE))?.issue
}

async function ask(
  world: World,
  browser: Browser,
  processIndex: number,
  asked: Pick<Asked, 'kind' | 'body'>,
  journey: Journey,
): Promise<Answered | undefined> {
  const cookies = Object.fromEntries(browser.jar)
  await world.time.sleep(journey.up)
  const process = world.processes[processIndex % world.processes.length]
  if (!process) return undefined
  const answered = await exchange(world, process, { ...asked, cookies, journey })
  onResponse(world, process, asked.kind, cookies, answered)
  return answered
}

function keep(browser: Browser, setCookie: readonly string[]): void {
  for (const { name, value, maxAge } of parseSetCookie([...setCookie])) {
    if (maxAge === 0) browser.jar.delete(name)
    else browser.jar.set(name, value)
  }
}
