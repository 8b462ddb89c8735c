import { createTokenBackend } from 'next-auth-refresh/testing'

export default createTokenBackend({ accessTokenLifetime: 4 }).listener
