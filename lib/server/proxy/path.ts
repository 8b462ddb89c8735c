import type { NextApiRequest } from 'next'
import type { Problem } from '../problem'

/** What of the backend a request asks for. */
export interface AskedPath {
  /** Decoded. None is empty, made of dots, or holds a slash, a backslash or a control character in any coding. */
  segments: readonly string[]
  /** Encoded anew, from `/` on; with a slash at the end where the request had one. */
  path: string
  /** The query as it came, from `?` on, or empty. */
  search: string
}

/** Slashes, backslashes and control characters: as Next has decoded them, or encoded once more for the next decoder. */
const FORBIDDEN_CHARACTERS = /[\u0000-\u001f\u007f/\\]|%(?:[01][0-9a-f]|25|2e|2f|5c|7f)/i
/** Dots, also in the spellings that some servers take for dots: before a parameter (`..;x`), among spaces. */
const DOTS = /^[\s.]+(?:;|$)/
const PRINTABLE = /^[\x21-\x7e]*$/
/** May stand in a segment as they are (RFC 3986 §3.3), besides what `encodeURIComponent` leaves; `;` would end it. */
const LEFT_ALONE = /%(?:24|26|2B|2C|3A|3D|40)/g

/**
 * The path and query that a request to `[...path]` asks for. The path is rebuilt from its decoded segments, so that the
 * backend can't read another one than was judged.
 */
export function askedPath(req: Pick<NextApiRequest, 'url' | 'query' | 'method'>): AskedPath | Problem {
  const url = req.url ?? ''
  const rawPath = url.replace(/\?.*/s, '')
  const search = url.slice(rawPath.length)
  const segments = [req.query['path'] ?? []].flat()
  const isPlain = url.startsWith('/') && PRINTABLE.test(url) && !url.includes('#') && !/\\|%2e/i.test(rawPath)
  if (!isPlain || segments.some(isMalformed)) return MALFORMED
  if (req.method === 'POST' && new URLSearchParams(search).has('_method')) return OVERRIDDEN
  const end = rawPath.endsWith('/') && segments.length > 0 ? '/' : ''
  return { segments, path: `/${segments.map(encodeSegment).join('/')}${end}`, search }
}

function isMalformed(segment: string): boolean {
  return segment === '' || FORBIDDEN_CHARACTERS.test(segment) || DOTS.test(segment)
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(LEFT_ALONE, decodeURIComponent)
}

const MALFORMED: Problem = {
  status: 400,
  title: 'Bad path',
  detail: 'The path has segments that are empty or made of dots, or characters that may not stand in one.',
}

const OVERRIDDEN: Problem = {
  status: 400,
  title: 'Bad query',
  detail: 'The method can’t be overridden with `_method`: send the method that is meant.',
}
