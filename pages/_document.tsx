import { Head, Html, Main, NextScript } from 'next/document'
import type { ReactElement } from 'react'
import { favicon } from '../demo/Mark'

export default function Document(): ReactElement {
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#fbfbfa" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#121417" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href={favicon} />
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  )
}
