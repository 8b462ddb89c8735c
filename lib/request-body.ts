/**
 * Whether a request body is still all there once it has been sent: text, bytes, blobs and forms are; what is read while it
 * is sent (streams of Node, of the web, generators) is not.
 */
export function canBeSentAgain(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true
  return !('pipe' in body) && !('getReader' in body) && !(Symbol.asyncIterator in body)
}
