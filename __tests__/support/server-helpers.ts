import { createServerAxios, ensureFreshToken, withAuthApi, withAuthProps, withFreshToken } from '../../lib/server'
import type { Route } from './auth-server'
import { pageRoute } from './page-route'

/** One way for an app's server to fetch data with its user's token. */
export interface ServerHelper {
  name: string
  /**
   * A route that fetches `users/me` there: 200 with the user's `email`, 401 or a redirect for the signed-out, and 502
   * where the backend gave no user.
   */
  route: (backendOrigin: string) => Route
  /** Whether it tries once more when the backend refuses the token. */
  replays: boolean
}

type Profile = { email?: string } | undefined

const me = (origin: string, accessToken: string) =>
  fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${accessToken}` } })
const profileOf = async (response: Response) => (response.ok ? ((await response.json()) as Profile) : undefined)

function answer(res: Parameters<Route>[1], profile: Profile): void {
  res.status(profile ? 200 : 502).json(profile ?? null)
}

/** Each obeys the same laws: see server-laws.test.ts. */
export const SERVER_HELPERS: readonly ServerHelper[] = [
  {
    name: 'ensureFreshToken',
    route: (origin) => async (req, res, authOptions) => {
      const fresh = await ensureFreshToken(req, res, authOptions)
      if (!fresh) return res.status(401).json(null)
      answer(res, await profileOf(await me(origin, fresh.accessToken)))
    },
    replays: false,
  },
  {
    name: 'withFreshToken',
    route: (origin) => async (req, res, authOptions) => {
      const response = await withFreshToken(req, res, authOptions, ({ accessToken }) => me(origin, accessToken))
      if (!response) return res.status(401).json(null)
      answer(res, await profileOf(response))
    },
    replays: true,
  },
  {
    name: 'createServerAxios',
    route: (origin) => async (req, res, authOptions) => {
      const api = createServerAxios({ req, res, authOptions, baseURL: origin })
      const signedIn = await ensureFreshToken(req, res, authOptions)
      const response = await api.get<Profile>('users/me', { validateStatus: () => true }).catch(() => undefined)
      if (!signedIn) return res.status(401).json(null)
      answer(res, response?.status === 200 ? response.data : undefined)
    },
    replays: true,
  },
  {
    name: 'withAuthProps',
    route: (origin) => async (req, res, authOptions) => {
      const getServerSideProps = withAuthProps(authOptions, async ({ accessToken }) => {
        const profile = await profileOf(await me(origin, accessToken))
        if (!profile) res.status(502)
        return { props: { ...profile } }
      })
      return pageRoute(getServerSideProps)(req, res, authOptions)
    },
    replays: false,
  },
  {
    name: 'withAuthApi',
    route: (origin) => async (req, res, authOptions) => {
      const handler = withAuthApi(authOptions, async (_req, response, { accessToken }) => {
        answer(response, await profileOf(await me(origin, accessToken)))
      })
      return handler(req, res)
    },
    replays: false,
  },
]
