import type { BackendKind } from '../../support/backend-kind'
import { lateIsFine, newerWins } from './late-is-fine'
import { eachUserIsThemselves } from './one-user'
import { hangingDelaysNobodyForLong } from './patience'
import { secretsStaySecret } from './secrets'
import { signOutWins } from './sign-out'
import { spentOnce } from './spent-once'
import { theEndIsProvenAndFinal } from './the-end'
import { troubleCostsNobodyTheirSession } from './trouble'

/** The laws as a user of next-auth meets them over HTTP, the same for every kind of backend. */
export function holdsTheLaws(kind: BackendKind): void {
  describe(`over a ${kind.name} backend`, () => {
    describe('a refresh token is spent once', () => spentOnce(kind))
    describe('late is fine', () => lateIsFine(kind))
    describe('newer wins', () => newerWins(kind))
    describe('trouble costs nobody their session', () => troubleCostsNobodyTheirSession(kind))
    describe('hanging delays nobody for long', () => hangingDelaysNobodyForLong(kind))
    describe('the end is proven, and final', () => theEndIsProvenAndFinal(kind))
    describe('sign-out wins', () => signOutWins(kind))
    describe('secrets stay secret', () => secretsStaySecret(kind))
    describe('each user is themselves', () => eachUserIsThemselves(kind))
  })
}
