import { createBackendProxy } from 'next-auth-refresh/server'
import { backendURL } from '../../../backend-url'
import { authOptions } from '../auth/[...nextauth]'

export default createBackendProxy({ target: backendURL, authOptions, allow: ['GET /users/me'] })

export const config = { api: { bodyParser: false, responseLimit: false } }
