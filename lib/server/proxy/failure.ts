import type { Problem } from '../problem'
import type { ExchangeError } from './exchange'

/** What the client is told when no answer came from the backend. The session is none the worse for it. */
export function problemOf({ failure }: ExchangeError): Problem {
  return failure === 'silent' ? SILENT : UNREACHABLE
}

const UNREACHABLE: Problem = {
  status: 502,
  title: 'The backend can’t be reached',
  detail: 'You stay signed in. Try again in a moment.',
}

const SILENT: Problem = {
  status: 504,
  title: 'The backend does not answer',
  detail: 'You stay signed in. Try again in a moment.',
}

/** The token has expired and could not be renewed: the backend would refuse it. */
export const NO_VALID_TOKEN: Problem = {
  status: 503,
  title: 'The access token can’t be renewed now',
  detail: 'You stay signed in. Try again in a moment.',
}

export const LEADS_OUT: Problem = {
  status: 502,
  title: 'The backend leads elsewhere',
  detail: 'It answered with a redirect to another address, which is not followed.',
}

export const BODY_WAS_PARSED: Problem = {
  status: 500,
  title: 'The body was parsed',
  detail: 'This route’s file must say `export const config = { api: { bodyParser: false, responseLimit: false } }`.',
}

export const NO_CATCH_ALL: Problem = {
  status: 500,
  title: 'The path is unknown',
  detail: 'The file of this route must be named `[...path]`.',
}

export function notFound(methods: readonly string[]): Problem {
  return methods.length > 0
    ? { status: 405, title: 'Method not allowed', detail: `This path takes ${methods.join(', ')}.` }
    : { status: 404, title: 'Not found', detail: 'This path is not among those that are passed on.' }
}
