import Head from 'next/head'
import type { ReactElement, ReactNode } from 'react'
import { RECIPES } from './recipes'

export interface RecipePageProps {
  /** Which one of the list. */
  href: string
  children: ReactNode
}

/** The page of a recipe: what the list says of it, and what it shows. */
export function RecipePage({ href, children }: RecipePageProps): ReactElement {
  const recipe = RECIPES.find((each) => each.href === href)

  return (
    <>
      <Head>
        <title>{`${recipe?.name} · next-auth-refresh`}</title>
      </Head>
      <header>
        <h1>{recipe?.name}</h1>
        <p className="lead">{recipe?.says}</p>
        <p className="source">
          <code>{recipe?.source}</code>
        </p>
      </header>
      <div className="panels">{children}</div>
    </>
  )
}
