import { withAuthApi, withFreshToken } from 'next-auth-refresh/server'
import { backendURL } from '../../backend-url'
import { authOptions } from './auth/[...nextauth]'

export default withAuthApi(authOptions, async (req, res) => {
  const answer = await withFreshToken(req, res, authOptions, ({ accessToken }) =>
    fetch(`${backendURL}/users/me`, { headers: { authorization: `Bearer ${accessToken}` } }),
  )
  res.json(await answer?.json())
})
