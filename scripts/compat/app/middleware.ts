import { withAuth } from 'next-auth-refresh/middleware'

export default withAuth({ pages: { signIn: '/login' } })

export const config = { matcher: ['/guarded'] }
