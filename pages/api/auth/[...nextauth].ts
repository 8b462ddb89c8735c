import NextAuth from 'next-auth'
import { authOptions } from '../../../demo/auth-options'

export default NextAuth(authOptions)
