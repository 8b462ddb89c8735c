import { createAuthAxios } from 'next-auth-refresh/axios'
import { useAuthSWR } from 'next-auth-refresh/swr'

const backend = createAuthAxios({ baseURL: '/api/backend' })

/** Asks the backend all the time, so that little of a token's life goes unseen. */
export function Polled() {
  const { data, error } = useAuthSWR<{ email: string }>('/users/me', { axios: backend, refreshInterval: 1000 })
  return <p data-testid="polled">{error ? error.message : data?.email}</p>
}
