import type { GetServerSideProps, InferGetServerSidePropsType } from 'next'
import Head from 'next/head'
import { useAuth } from 'next-auth-refresh/react'
import { ensureFreshToken, type FreshToken } from 'next-auth-refresh/server'
import type { ReactElement } from 'react'
import { authOptions } from '../demo/auth-options'
import { isEmbedded } from '../demo/backend'
import { oidcProvider } from '../demo/oidc-provider'
import { ProviderSignIn } from '../demo/ProviderSignIn'
import { SignInForm } from '../demo/SignInForm'

interface LoginProps {
  session: FreshToken['session'] | null
  /** Whether someone was sent here from a page for the signed-in. */
  isOnTheWay: boolean
  /** What next-auth calls the failure that it was led here by. */
  error: string | null
  showsHint: boolean
  /** Where to sign in instead of here, if the demo has an OpenID provider. */
  provider: { id: string; name: string } | null
}

// The session comes with the page, so that the form is not seen by those who need none.
export const getServerSideProps: GetServerSideProps<LoginProps> = async ({ req, res, query }) => {
  const token = await ensureFreshToken(req, res, authOptions)
  const error = typeof query.error === 'string' ? query.error : null
  const isOnTheWay = 'callbackUrl' in query && !error
  const { id, name } = oidcProvider() ?? {}
  const provider = id && name ? { id, name } : null
  return { props: { session: token && token.session, isOnTheWay, error, showsHint: isEmbedded(), provider } }
}

export default function Login(props: InferGetServerSidePropsType<typeof getServerSideProps>): ReactElement {
  const { isOnTheWay, error, showsHint, provider } = props
  const isAuthenticated = useAuth(true)

  return (
    <div className="narrow">
      <Head>
        <title>Sign in · next-auth-refresh</title>
      </Head>
      {isAuthenticated ? (
        <p className="loading" role="status">
          You are signed in. One moment…
        </p>
      ) : (
        <>
          <h1>Sign in</h1>
          {isOnTheWay && <p className="lead">Then you go on to the page you asked for.</p>}
          {provider ? (
            <ProviderSignIn provider={provider} error={error} />
          ) : (
            <SignInForm error={error} showsHint={showsHint} />
          )}
        </>
      )}
    </div>
  )
}
