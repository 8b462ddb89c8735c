import { createBackendProxy } from 'next-auth-refresh/server'
import { authOptions } from '../../../demo/auth-options'
import { backendURL } from '../../../demo/backend'

// Bodies pass as they come, however long they are.
export const config = { api: { bodyParser: false, responseLimit: false } }

// The demo's own backend has the profile alone. One at API_BASE_URL may have files and events, too.
const allow = ['GET /users/me', '/files/**', 'GET /events']

export default createBackendProxy({ target: backendURL(), authOptions, allow })
