// An app that has not asked for the augmentation: next-auth's types are as next-auth made them.
import type { GetServerSideProps, InferGetServerSidePropsType, NextApiHandler } from 'next'
import type { DefaultSession, Session, User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { restBackend, withTokenRefresh, type RefreshedSession } from 'next-auth-refresh'
import { withAuth } from 'next-auth-refresh/middleware'
import { createServerAxios, ensureFreshToken, withAuthApi, withAuthProps, withFreshToken } from 'next-auth-refresh/server'
import { useAuthSWR } from 'next-auth-refresh/swr'
import type { AxiosError, AxiosInstance } from 'axios'
import type { SWRConfiguration } from 'swr'
import { expectType } from '../expect-type'

declare const session: Session
declare const user: User
declare const jwt: JWT
// @ts-expect-error -- not without the augmentation
void session.accessToken
// @ts-expect-error -- not without the augmentation
void session.tokenRefresh
// @ts-expect-error -- not without the augmentation
void session.user?.roles
// @ts-expect-error -- not without the augmentation
void user.roles
expectType<DefaultSession['user']>()(session.user, true)
expectType<unknown>()(jwt['accessToken'], true)

const backend = restBackend({ baseURL: 'http://127.0.0.1' })
const authOptions = withTokenRefresh({ providers: [] }, { refresh: backend.refresh })

export const getServerSideProps = withAuthProps(authOptions, async ({ req, res, accessToken, session, params }) => {
  expectType<string>()(accessToken, true)
  expectType<Session & RefreshedSession>()(session, true)
  const order = await withFreshToken(req, res, authOptions, async (fresh) => ({ id: String(params?.['id']), by: fresh.accessToken }))
  expectType<{ id: string; by: string } | null>()(order, true)
  if (!order) return { notFound: true }
  if (order.by === '') return { redirect: { destination: '/', permanent: false } }
  return { props: { order } }
})
type Props = InferGetServerSidePropsType<typeof getServerSideProps>
declare const props: Props
expectType<{ id: string; by: string }>()(props.order, true)
expectType<string | undefined>()(props.session.accessToken, true)
// @ts-expect-error -- a page without roles can't be forbidden
void props.forbidden

export const withRoles = withAuthProps(authOptions, () => ({ props: { secret: 42 } }), { roles: ['admin'] })
declare const guarded: InferGetServerSidePropsType<typeof withRoles>
// @ts-expect-error -- not before it is known that the user may see it
void guarded.secret
if (!guarded.forbidden) expectType<number>()(guarded.secret, true)

export const bare: GetServerSideProps = withAuthProps(authOptions)
export const typed = withAuthProps<{ id: string }, { id: string }>(authOptions, ({ params }) => ({
  props: { id: params?.id ?? '' },
}))

export const handler: NextApiHandler<{ name: string }> = withAuthApi<{ name: string }>(authOptions, async (req, res, fresh) => {
  expectType<string>()(fresh.accessToken, true)
  const api = createServerAxios({ req, res, authOptions, baseURL: 'http://127.0.0.1', transport: 'cookie', timeout: 1_000 })
  expectType<AxiosInstance>()(api, true)
  const { data } = await api.get<{ name: string }>('me')
  res.json(data)
})
// @ts-expect-error -- an answer of another type
export const wrong = withAuthApi<{ name: string }>(authOptions, (_req, res) => res.json({ title: 'no' }))

export const whoever: NextApiHandler = async (req, res) => {
  const fresh = await ensureFreshToken(req, res, authOptions)
  // @ts-expect-error -- nobody may be signed in
  void fresh.accessToken
  const answer = await withFreshToken(req, res, authOptions, ({ accessToken }) => fetch('/', { headers: { accessToken } }))
  expectType<Response | null>()(answer, true)
}

export const middleware = withAuth({ callbacks: { authorized: ({ token }) => token !== null } })
export const proxy = withAuth((request) => {
  void request.nextauth.token?.sub
})

export function useFetched(): void {
  const { data, error, mutate } = useAuthSWR<{ id: string }>('/me', {
    refreshInterval: (latest) => (latest?.id === '' ? 0 : 1_000),
    onSuccess: ({ id }, key) => void [id.length, key.length],
    onError: ({ response }) => void response?.status,
  })
  expectType<{ id: string } | undefined>()(data, true)
  expectType<AxiosError | undefined>()(error, true)
  void mutate({ id: '1' })
  // @ts-expect-error -- data of another type
  void mutate({ name: 'Ada' })

  const settings: SWRConfiguration<string, Error> = { suspense: true }
  expectType<Error | undefined>()(useAuthSWR<string, Error>(['/me', { params: { page: 1 } }], settings).error, true)
  // As in SWR's own config, a fetcher needs no types for its key.
  const fetched = useAuthSWR({ id: 1 }, { fetcher: async ({ id }) => Number(id) })
  expectType<number | undefined>()(fetched.data, true)
  useAuthSWR<string>('/me', { fetcher: (url) => String(url) })
  useAuthSWR(['/me', 1] as const, { fetcher: ([url, page]: readonly [string, number]) => url + page })
}
