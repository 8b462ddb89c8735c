import type { ReactElement, ReactNode } from 'react'
import type { Problem } from './problem'

/** What went wrong, and what can be done. */
export function ProblemNote({ problem, children }: { problem: Problem; children?: ReactNode }): ReactElement {
  return (
    <div className="note" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {children}
    </div>
  )
}
