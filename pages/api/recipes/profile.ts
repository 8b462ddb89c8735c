import { createServerAxios, withAuthApi } from 'next-auth-refresh/server'
import { authOptions } from '../../../demo/auth-options'
import { backendURL } from '../../../demo/backend'

export default withAuthApi(authOptions, async (req, res) => {
  const backend = createServerAxios({ req, res, authOptions, baseURL: backendURL(), timeout: 5_000 })
  const { status, data } = await backend.get<unknown>('users/me', { validateStatus: null })
  res.status(status).setHeader('Cache-Control', 'no-store').json(data)
})
