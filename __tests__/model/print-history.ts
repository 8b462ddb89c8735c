import { inspect } from 'node:util'
import type { Action, History, Journey, Setting, Wait } from './history'
import type { Outcome } from './run-history'

/** A history in words, for whoever has to understand why it broke a law. */
export function printHistory({ setting, browsers, steps }: History): string {
  return [
    `Setting: ${printSetting(setting)}; ${browsers} browser${browsers > 1 ? 's' : ''}, signed in.`,
    ...steps.map(({ wait, action }, at) => `${String(at + 1).padStart(3)}. ${printWait(wait)}${printAction(action)}`),
  ].join('\n')
}

/** What a run of it came to. */
export function printOutcome({ violations: [violation], trace }: Outcome): string {
  const verdict = violation ? `Law ${violation.law} is broken: ${violation.what}.` : 'No law is broken.'
  const legend = "What happened, in seconds since the beginning (ada/0.2: ada's session 0, renewed twice):"
  return [verdict, '', legend, ...trace].join('\n')
}

const DEPLOYMENTS = { one: 'one process', shared: 'two processes with a store', apart: 'two processes apart' }

function printSetting(setting: Setting): string {
  const { deployment, grace, accessTokenLifetime, refreshTokenLifetime, retention, retries, latencies } = setting
  return [
    DEPLOYMENTS[deployment],
    `access tokens of ${accessTokenLifetime} s, refresh tokens of ${refreshTokenLifetime} s`,
    `a grace of ${grace} s`,
    `${retries} retries`,
    retention === undefined ? 'retention by default' : `a retention of ${retention} s`,
    `latencies of ${latencies.join(', ')} ms`,
    `the app's callback is ${setting.appCallback}`,
    setting.exposeAccessToken ? 'tokens shown' : 'tokens hidden',
  ].join(', ')
}

function printWait(wait: Wait): string {
  if ('lives' in wait) return `${wait.lives} lives later: `
  return wait.ms === 0 ? '' : `${wait.ms} ms later: `
}

function printAction(action: Action): string {
  switch (action.kind) {
    case 'session':
    case 'update':
    case 'page':
    case 'token':
    case 'renew':
    case 'rejected':
    case 'sign-out':
      return [
        `browser ${action.browser} sends ${action.kind} to process ${action.process}`,
        ...printJourney(action.journey),
      ].join(', ')
    case 'sign-in':
      return `browser ${action.browser} signs in at process ${action.process}`
    case 'fault':
      return `the backend's fault: ${inspect(action.fault)}`
    case 'misconfigured':
      return `the backend takes the app for an unknown client, ${action.times} times`
    case 'clear faults':
      return 'the faults are over'
    case 'revoke':
      return `the backend revokes the sessions of browser ${action.browser}'s user`
    case 'crash':
      return `process ${action.process} crashes`
    case 'locks lost':
      return 'the store loses its locks'
  }
}

function printJourney({ up, before, after, down, fate }: Journey): string[] {
  const times = Object.entries({ up, before, after, down }).filter(([, ms]) => ms > 0)
  return [...times.map(([name, ms]) => `${ms} ms ${name}`), ...(fate === 'arrives' ? [] : [`its answer ${fate}`])]
}
