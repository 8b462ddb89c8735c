import type { FreshToken } from 'next-auth-refresh/server'

/** The session as `getServerSideProps` may return it: next-auth leaves `undefined` in it, which Next refuses. */
export function sessionProps({ session }: FreshToken): FreshToken['session'] {
  return JSON.parse(JSON.stringify(session)) as FreshToken['session']
}
