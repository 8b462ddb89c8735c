import { keyOf, type HeldTokens } from '../held-tokens'
import type { IssuedTokenSet, RefreshCoordinator } from './coordinator'

/** Follows the chain of known successors, from one spent refresh token to the next, up to the newest tokens. */
export async function followSuccessors(coordinator: RefreshCoordinator, held: HeldTokens): Promise<HeldTokens> {
  let tokens = held
  for (;;) {
    const key = keyOf(tokens)
    const successor = key === undefined ? undefined : (await coordinator.recall(key)).successor
    if (!successor || !isNewer(successor, tokens)) return tokens
    tokens = replaceTokens(tokens, successor)
  }
}

/** A provider that doesn't rotate gives the same refresh token again: only the generation tells two sets apart. */
export function isNewer(successor: IssuedTokenSet, held: HeldTokens): boolean {
  return successor.generation > held.tokenSet.generation
}

/** The same session with newer tokens, which also lift an earlier end: a token with a successor was no dead one. */
export function replaceTokens(held: HeldTokens, successor: IssuedTokenSet): HeldTokens {
  return { ...held, tokenSet: successor, over: false }
}
