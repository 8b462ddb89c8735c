/** What Next's development client says of itself, now and then a warning about its own messages. */
const OF_NEXT = /^\[(HMR|Fast Refresh)\]/

/** What a page complains of, from now on: errors and warnings in its console, and errors that nobody caught. */
export function listen(page) {
  const heard = []
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning'
    if (isComplaint && !OF_NEXT.test(message.text())) heard.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`))
  return heard
}
