import { createFamilies } from '../../../lib/testing/families'
import { parseOptions } from '../../../lib/testing/options'

const settings = parseOptions({ refreshTokenLifetime: 100 })
const user = settings.users[0]!

it('drops the tokens that expired a lifetime ago', () => {
  const families = createFamilies<string>(settings)
  for (let second = 0; second < 1000; second++) {
    const { refreshToken } = families.open(user, second * 1000)
    families.redeem(refreshToken, second * 1000, () => 'successor')
  }
  expect(families.size()).toBe(400)
})

it('drops the oldest beyond 50 000', () => {
  const families = createFamilies<string>(settings)
  const [oldest, second] = [families.open(user, 0), families.open(user, 0)]
  for (let count = 2; count <= 50_000; count++) families.open(user, 0)
  expect(families.size()).toBe(50_000)
  const present = (token: string) => families.redeem(token, 0, () => 'successor')
  expect(present(oldest.refreshToken)).toEqual({ outcome: 'refused', reason: 'unknown' })
  expect(present(second.refreshToken)).toEqual({ outcome: 'renewed', answer: 'successor' })
})
