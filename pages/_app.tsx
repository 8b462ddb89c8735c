import type { AppProps } from 'next/app'
import Head from 'next/head'
import type { Session } from 'next-auth'
import type { ReactElement } from 'react'
import '../demo/demo.css'
import { DemoSession } from '../demo/DemoSession'
import { Layout } from '../demo/Layout'

export default function App({ Component, pageProps }: AppProps<{ session?: Session | null }>): ReactElement {
  return (
    <DemoSession session={pageProps.session}>
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <Layout>
        <Component {...pageProps} />
      </Layout>
    </DemoSession>
  )
}
