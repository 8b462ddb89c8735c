import type { ReactElement, ReactNode } from 'react'

/** Figures side by side. */
export function Figures({ children }: { children: ReactNode }): ReactElement {
  return <dl className="figures">{children}</dl>
}

export interface FigureProps {
  label: string
  testId?: string
  /** A dash stands for what is not known yet. */
  children: ReactNode
}

export function Figure({ label, testId, children }: FigureProps): ReactElement {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{children ?? '–'}</dd>
    </div>
  )
}
