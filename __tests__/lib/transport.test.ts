import { authHeaders } from '../../lib/transport'

it('sends a bearer token unless told otherwise', () => {
  expect(authHeaders('a-token')).toEqual({ authorization: 'Bearer a-token' })
})

it('sends a cookie as the backend gave it, under the name that it reads', () => {
  expect(authHeaders('a%20token', { transport: 'cookie' })).toEqual({ cookie: 'access_token=a%20token' })
  expect(authHeaders('a-token', { transport: 'cookie', cookieName: 'jwt' })).toEqual({ cookie: 'jwt=a-token' })
})
