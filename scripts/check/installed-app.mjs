import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { run } from './run.mjs'

const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).devDependencies
const PACKAGES = ['next', 'react', 'react-dom', 'next-auth', 'typescript', '@types/node', '@types/react', '@types/react-dom']

/** Installs the tarball into an empty Next app, which then has to type-check, build, sign in and be refreshed. */
export async function checkInstalled(tarball, parent) {
  const folder = join(parent, 'app')
  mkdirSync(folder)
  cpSync(new URL('./app', import.meta.url).pathname, folder, { recursive: true })
  const devDependencies = Object.fromEntries(PACKAGES.map((name) => [name, own[name]]))
  const dependencies = { ...devDependencies, 'next-auth-refresh': `file:${tarball}` }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2))

  const at = { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } }
  run('Installing the package into an empty Next app', 'npm', ['install', '--no-audit', '--no-fund'], at)
  run('Type-checking that app', 'npx', ['--no-install', 'tsc', '--noEmit'], at)
  run('Building that app', 'npx', ['--no-install', 'next', 'build'], at)
  await signIn(folder)
}

async function signIn(folder) {
  console.log('\n- Signing in to that app')
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const next = join(folder, 'node_modules/next/dist/bin/next')
  const server = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      NEXTAUTH_URL: origin,
      NEXTAUTH_SECRET: randomBytes(32).toString('base64url'),
      NEXT_TELEMETRY_DISABLED: '1',
    },
  })
  try {
    const browser = createBrowser(origin)
    for (let tries = 0; !(await browser.get('/api/auth/csrf').catch(() => undefined))?.ok; tries += 1) {
      if (tries > 300) throw new Error('That app did not start within 30 s.')
      await delay(100)
    }
    const { csrfToken } = await (await browser.get('/api/auth/csrf')).json()
    await browser.post('/api/auth/callback/credentials', {
      csrfToken,
      email: 'ada@example.com',
      password: 'correct-horse',
      json: 'true',
    })
    const first = await (await browser.get('/api/auth/session')).json()
    expect(first.user?.email === 'ada@example.com' && first.accessToken, 'signs in', first)
    await delay(first.tokenRefresh.opensAt - first.tokenRefresh.serverTime + 200)
    const page = await (await browser.get('/token')).text()
    expect(page.includes('ada@example.com'), 'renders a page that reads the session three times')
    const second = await (await browser.get('/api/auth/session')).json()
    expect(second.accessToken && second.accessToken !== first.accessToken, 'renews the token', second)
    expect(second.tokenRefresh.generation === 1, 'renews it once', second)
  } finally {
    server.kill()
  }
}

function expect(holds, what, session = {}) {
  if (!holds) throw new Error(`The installed app fails where it ${what}; its session has ${Object.keys(session)}.`)
  console.log(`  ${what}`)
}

function createBrowser(origin) {
  const jar = new Map()
  const send = async (path, init) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(origin + path, { redirect: 'manual', ...init, headers: { cookie } })
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)
      jar.set(name, value)
    }
    return response
  }
  return {
    get: (path) => send(path),
    post: (path, form) => send(path, { method: 'POST', body: new URLSearchParams(form) }),
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
