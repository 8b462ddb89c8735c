import type { NextApiRequest, NextApiResponse } from 'next'
import { ensureFreshToken } from 'next-auth-refresh/server'
import { authOptions } from '../../../demo/auth-options'
import { embeddedBackend, isEmbedded } from '../../../demo/backend'
import { sendProblem } from '../../../demo/problem'
import { fetchProfile } from '../../../demo/profile'

/** Has the demo's own backend refuse the user's access tokens before their time, to show what comes of it. */
export default async function handler(req: NextApiRequest, res: NextApiResponse): Promise<void> {
  if (req.method !== 'POST') return sendProblem(res, { status: 405, title: 'Not allowed', detail: 'Send a POST.' })
  const token = isEmbedded() ? await ensureFreshToken(req, res, authOptions) : null
  if (!token) return sendProblem(res, { status: 401, title: 'Signed out', detail: 'Sign in to the demo’s own backend.' })
  const answer = await fetchProfile(token)
  if ('problem' in answer) return sendProblem(res, answer.problem)
  embeddedBackend().revokeAccessTokens(answer.profile.id)
  res.status(204).end()
}
