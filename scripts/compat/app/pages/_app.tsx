import type { AppProps } from 'next/app'
import Head from 'next/head'
import type { Session } from 'next-auth'
import { RefreshSessionProvider } from 'next-auth-refresh/react'

export default function App({ Component, pageProps }: AppProps<{ session?: Session }>) {
  return (
    <RefreshSessionProvider session={pageProps.session}>
      <Head>
        {/* Browsers ask for one, and complain in the console that there is none. */}
        <link rel="icon" href="data:," />
      </Head>
      <Component {...pageProps} />
    </RefreshSessionProvider>
  )
}
