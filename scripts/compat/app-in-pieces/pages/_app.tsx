import type { AppProps } from 'next/app'
import Head from 'next/head'
import type { Session } from 'next-auth'
import { SessionProvider } from 'next-auth/react'
import { RefreshTokenHandler } from 'next-auth-refresh/react'
import { useState } from 'react'

export default function App({ Component, pageProps }: AppProps<{ session: Session | null }>) {
  const [interval, setInterval] = useState(0)
  return (
    <SessionProvider session={pageProps.session} refetchInterval={interval}>
      <Head>
        <link rel="icon" href="data:," />
      </Head>
      <Component {...pageProps} />
      <RefreshTokenHandler setInterval={setInterval} />
    </SessionProvider>
  )
}
