import type { AppProps } from 'next/app'
import type { Session } from 'next-auth'
import { RefreshSessionProvider } from 'next-auth-refresh/react'

export default function App({ Component, pageProps }: AppProps<{ session?: Session }>) {
  return (
    <RefreshSessionProvider session={pageProps.session}>
      <Component {...pageProps} />
    </RefreshSessionProvider>
  )
}
