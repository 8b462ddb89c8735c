import type { NextApiRequest, NextApiResponse } from 'next'
import { ensureFreshToken } from 'next-auth-refresh/server'
import { authOptions } from '../../demo/auth-options'
import { sendProblem } from '../../demo/problem'
import { fetchProfile } from '../../demo/profile'

export default async function handler(req: NextApiRequest, res: NextApiResponse): Promise<void> {
  const token = await ensureFreshToken(req, res, authOptions)
  if (!token) return sendProblem(res, { status: 401, title: 'Signed out', detail: 'Sign in first.' })
  const answer = await fetchProfile(token)
  if ('problem' in answer) return sendProblem(res, answer.problem)
  res.setHeader('Cache-Control', 'no-store').status(200).json(answer.profile)
}
