import { newSignOut, signOutCookie } from '../../../lib/server/sign-out-state'

const attributesAt = (address: string, underWay?: ReturnType<typeof newSignOut>) =>
  signOutCookie(new URL(address), underWay).split('; ').slice(1)

it('is remembered where no script and no other site reads it, for this route alone, and for ten minutes', () => {
  const attributes = ['Path=/base/sign-out', 'Max-Age=600', 'HttpOnly', 'SameSite=Lax']
  expect(attributesAt('http://app.example/base/sign-out', newSignOut('/'))).toEqual(attributes)
  expect(attributesAt('https://app.example/base/sign-out', newSignOut('/'))).toEqual([...attributes, 'Secure'])
})

it('is forgotten by the same path', () => {
  expect(attributesAt('https://app.example/base/sign-out')).toEqual(expect.arrayContaining(['Path=/base/sign-out', 'Max-Age=0']))
})
