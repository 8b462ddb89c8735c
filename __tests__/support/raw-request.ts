import { connect } from 'node:net'

/**
 * Sends bytes as they are, and resolves with all that comes back until the server closes, or goes quiet for a while: no
 * client is in between to put the request right. Every `\n` of the text is sent as `\r\n`.
 */
export function sendRaw(origin: string, text: string, quiet = 1_500): Promise<string> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text.replace(/\r?\n/g, '\r\n'), 'latin1'))
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(quiet, end)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', end)
    socket.on('close', end)
  })
}

/** The status of a raw answer, which a `100 Continue` may precede; `0` where none came. */
export function statusOf(answer: string): number {
  return Number(/^(?:HTTP\/1\.1 1.*\s+)*HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0)
}
