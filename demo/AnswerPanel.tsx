import { useId, type ReactElement } from 'react'
import { ProblemNote } from './ProblemNote'
import type { ProfileAnswer } from './profile'
import { ProfileList } from './ProfileList'

export interface AnswerPanelProps {
  title: string
  answer: ProfileAnswer
  children?: string
}

/** What the backend answered on the server, under a title, with a remark below. */
export function AnswerPanel({ title, answer, children }: AnswerPanelProps): ReactElement {
  const id = useId()

  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {'problem' in answer ? <ProblemNote problem={answer.problem} /> : <ProfileList profile={answer.profile} />}
      {children && <p className="aside">{children}</p>}
    </section>
  )
}
