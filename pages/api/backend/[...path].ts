import type { NextApiRequest, NextApiResponse } from 'next'
import { embeddedBackend, isEmbedded } from '../../../demo/backend'
import { sendProblem } from '../../../demo/problem'

// The backend reads the body itself, and answers one that is no JSON in its own words.
export const config = { api: { bodyParser: false } }

export default async function handler(req: NextApiRequest, res: NextApiResponse): Promise<void> {
  if (isEmbedded()) return embeddedBackend().listener(req, res)
  sendProblem(res, { status: 404, title: 'Not found', detail: 'The tokens come from the backend at API_BASE_URL.' })
}
