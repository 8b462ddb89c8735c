import type { ReactElement } from 'react'

const SHAPES = [
  '<rect x="1" y="9" width="13" height="14" rx="3" fill="#0d9488"/>',
  '<rect x="16" y="9" width="15" height="14" rx="3" fill="#f0a01c"/>',
  '<rect x="19" y="3" width="4" height="26" rx="2" fill="currentColor"/>',
].join('')

/** The life of a token: fresh, its window, and the moment of the poll. */
export function Mark(): ReactElement {
  return <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" dangerouslySetInnerHTML={{ __html: SHAPES }} />
}

/** The same as the address of an icon. An icon doesn't know the colour of text: the needle's suits both schemes. */
export const favicon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="#7c8594">${SHAPES}</svg>`,
)}`
