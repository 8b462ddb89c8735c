import Head from 'next/head'
import Link from 'next/link'
import type { ReactElement } from 'react'
import { RECIPES } from '../../demo/recipes'

export default function Recipes(): ReactElement {
  return (
    <>
      <Head>
        <title>Recipes · next-auth-refresh</title>
      </Head>
      <header>
        <h1>Recipes</h1>
        <p className="lead">Ways to fetch data with a token that is fresh. Each is a few lines, to be tried and copied.</p>
      </header>
      <ul className="pages">
        {RECIPES.map(({ href, name, says, source }) => (
          <li key={href}>
            <Link href={href}>{name}</Link>
            <p>{says}</p>
            <p className="source">
              <code>{source}</code>
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}
