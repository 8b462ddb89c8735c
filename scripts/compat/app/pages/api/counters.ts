import type { NextApiRequest, NextApiResponse } from 'next'
import { backend } from '../../backend'

export default function counters(_req: NextApiRequest, res: NextApiResponse) {
  res.json({ ...backend.counters, presentations: backend.presentations() })
}
