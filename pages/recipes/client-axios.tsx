import type { GetServerSideProps, InferGetServerSidePropsType } from 'next'
import { createAuthAxios } from 'next-auth-refresh/axios'
import { useAuth } from 'next-auth-refresh/react'
import { useState, type ReactElement } from 'react'
import { browserBackend, type BrowserBackend } from '../../demo/backend'
import { Figure, Figures } from '../../demo/Figures'
import { useLiveToken } from '../../demo/LiveToken'
import { RecipePage } from '../../demo/RecipePage'

const AT_ONCE = 20

export const getServerSideProps: GetServerSideProps<BrowserBackend> = async () => ({ props: browserBackend() })

export default function ClientAxiosRecipe(props: InferGetServerSidePropsType<typeof getServerSideProps>): ReactElement {
  const { baseURL, isEmbedded } = props
  const [api] = useState(() => createAuthAxios({ baseURL }))
  const isAuthenticated = useAuth(true)
  const token = useLiveToken()
  const [isBusy, setIsBusy] = useState(false)
  const [results, setResults] = useState<{ answered: number; failed: number }>()
  const [isRefused, setIsRefused] = useState(false)

  async function sendAll() {
    setIsBusy(true)
    const all = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => api.get('users/me')))
    const answered = all.filter(({ status }) => status === 'fulfilled').length
    setResults({ answered, failed: AT_ONCE - answered })
    setIsRefused(false)
    setIsBusy(false)
  }

  async function refuse() {
    setIsBusy(true)
    // The browser's cookie says whose token it is.
    await fetch('/api/recipes/refuse', { method: 'POST' }).then(({ ok }) => setIsRefused(ok), () => {})
    setIsBusy(false)
  }

  return (
    <RecipePage href="/recipes/client-axios">
      <section className="panel" aria-labelledby="requests" aria-busy={!isAuthenticated || isBusy}>
        <h2 id="requests">Twenty requests at once</h2>
        <Figures>
          <Figure label="Answered" testId="answered">{results?.answered}</Figure>
          <Figure label="Failed" testId="failed">{results?.failed}</Figure>
          <Figure label="Renewals since sign-in" testId="renewals">{token?.renewals}</Figure>
        </Figures>
        <div className="actions">
          <button type="button" className="button primary" onClick={() => void sendAll()} disabled={!isAuthenticated || isBusy}>
            Send {AT_ONCE} requests
          </button>
          {isEmbedded && (
            <button type="button" className="button" onClick={() => void refuse()} disabled={!isAuthenticated || isBusy}>
              Have this token refused
            </button>
          )}
        </div>
        <p className="aside" role="status">
          {isRefused
            ? 'The backend answers 401 to this token now. Send the requests.'
            : 'A token is renewed before its time at most once in five seconds.'}
        </p>
      </section>
    </RecipePage>
  )
}
