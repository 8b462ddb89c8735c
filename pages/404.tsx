import Head from 'next/head'
import Link from 'next/link'
import type { ReactElement } from 'react'

export default function NotFound(): ReactElement {
  return (
    <>
      <Head>
        <title>Not found · next-auth-refresh</title>
      </Head>
      <header>
        <h1>There is no such page.</h1>
        <p className="lead">
          Go <Link href="/">home</Link>.
        </p>
      </header>
    </>
  )
}
