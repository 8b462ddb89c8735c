const EVENTS = ['online', 'pageshow', 'visibilitychange']

/**
 * Calls back whenever the page may have been away for a while: on coming online, on return from the back/forward cache, on
 * becoming visible or hidden.
 *
 * @returns what ends it
 */
export function onWaking(listener: (event: Event) => void): () => void {
  // Capturing, the window hears the document's events, too.
  for (const type of EVENTS) addEventListener(type, listener, true)
  return () => {
    for (const type of EVENTS) removeEventListener(type, listener, true)
  }
}
