import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** How much memory a process holds, in bytes. */
export function residentMemory(pid: number): number {
  const status = `/proc/${pid}/status`
  // No process of its own for each look, where the system tells in a file.
  const kibibytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(kibibytes) * 1024
}
