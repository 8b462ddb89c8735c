import type { CSSProperties, ReactElement } from 'react'
import { clockText } from './clock'
import type { LiveToken } from './LiveToken'

/** What is drawn for those who hold no token: the demo's own kind, one minute long. */
const EXAMPLE = { obtainedAt: 0, opensAt: 30_000, expiresAt: 60_000 }
/** The middle of what is drawn behind the expiry. */
const AFTER = 1.055
/** How much of the picture the fresh part may take: to scale, the window of a token that lives for days is not seen. */
const [LEAST_FRESH, MOST_FRESH] = [0.4, 0.7]

/** A picture of an access token's life: where it is now and where the next poll lands, or a mere example. */
export function TokenLife({ token }: { token: LiveToken | undefined }): ReactElement {
  const life = token ?? EXAMPLE
  const { obtainedAt, opensAt, expiresAt } = life
  const lifetime = expiresAt - obtainedAt
  const fresh = Math.min(Math.max((opensAt - obtainedAt) / lifetime, LEAST_FRESH), MOST_FRESH)

  /** 0 when it was obtained, 1 at its expiry: to scale on either side of the window's opening. */
  function share(instant: number): number {
    const at =
      instant < opensAt
        ? (fresh * (instant - obtainedAt)) / (opensAt - obtainedAt)
        : fresh + ((1 - fresh) * (instant - opensAt)) / (expiresAt - opensAt)
    return Math.min(Math.max(at, 0), AFTER)
  }

  const pollAt = token?.pollAt !== undefined && token.pollAt < expiresAt ? token.pollAt : undefined
  const style = {
    '--open': fresh,
    '--now': token && share(token.now),
    '--poll': pollAt && share(pollAt),
  } as CSSProperties
  const description =
    `Fresh for ${durationText(opensAt - obtainedAt)}, then a window of ${durationText(expiresAt - opensAt)} ` +
    'in which it may be renewed, then expired.'

  return (
    <figure className="life" data-phase={token?.phase} style={style}>
      <div className="life-names" aria-hidden="true">
        <span>Fresh</span>
        <span>Window</span>
        <span>Expired</span>
      </div>
      <div className="life-bar" role="img" aria-label={description}>
        <span className="life-fresh" />
        <span className="life-due" />
        <span className="life-expired" />
        {!token && <span className="life-spread" />}
        {token && <span className="life-past" />}
        {pollAt !== undefined && <span className="life-poll" />}
        {token && <span className="life-now" />}
      </div>
      <div className="life-instants" aria-hidden="true">
        <span>{durationText(0)}</span>
        <span>{durationText(opensAt - obtainedAt)}</span>
        <span>{durationText(lifetime)}</span>
      </div>
      <figcaption className="life-key">
        {token ? (
          <>
            <span className="key-now">now</span>
            <span className="key-poll">next poll</span>
          </>
        ) : (
          <span className="key-spread">the browser asks somewhere in here</span>
        )}
      </figcaption>
    </figure>
  )
}

/** To the nearest second: a token's instants come from two clocks, one of which counts whole seconds. */
function durationText(milliseconds: number): string {
  return clockText(Math.round(milliseconds / 1000) * 1000)
}
