import { createFederatedSignOut } from 'next-auth-refresh/server'
import { authOptions } from '../../../demo/auth-options'

export default createFederatedSignOut({ authOptions })
