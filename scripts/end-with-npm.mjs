// Ends this process when the `npm` that runs it is told to end: the shell between them does so without telling its child.
import process from 'node:process'

const LOOK_EVERY_MS = 500
const parent = process.ppid

if (process.env.npm_lifecycle_event) {
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  timer.unref()
}
