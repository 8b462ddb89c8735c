// `npm run test:soak`: the laws in 100 000 histories, or in MODEL_RUNS, on all cores.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'

const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
const runs = Number(process.env.MODEL_RUNS ?? 100_000)
const workers = availableParallelism()

const soak = () =>
  new Promise((resolve) => {
    const args = [jest, '--selectProjects', 'model', '--testPathPatterns', 'model/laws']
    const env = { ...process.env, MODEL_RUNS: String(Math.ceil(runs / workers)), MODEL_PROGRESS: '1' }
    spawn(process.execPath, args, { stdio: 'inherit', env }).on('exit', (code) => resolve(code ?? 1))
  })

const codes = await Promise.all(Array.from({ length: workers }, soak))
process.exitCode = Math.max(...codes)
