/** Lets go of an answer that nobody will read, so that its connection is not held. */
export function discardBody(body: unknown): void {
  if (typeof body !== 'object' || body === null) return
  const { destroy, cancel } = body as { destroy?: unknown; cancel?: unknown }
  if (typeof destroy === 'function') destroy.call(body)
  else if (typeof cancel === 'function') void Promise.resolve(cancel.call(body)).catch(() => {})
}
