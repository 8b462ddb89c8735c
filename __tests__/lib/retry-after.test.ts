import fc from 'fast-check'
import { parseRetryAfter } from '../../lib/retry-after'

const NOW = Date.UTC(2023, 10, 14, 22, 13, 20)

it.each([
  ['seconds', '120', 120],
  ['no seconds', '0', 0],
  ['seconds with spaces', ' 7 ', 7],
  ['a date ahead', 'Tue, 14 Nov 2023 22:15:20 GMT', 120],
  ['a date ahead, as RFC 850 wrote it', 'Tuesday, 14-Nov-23 22:15:20 GMT', 120],
  ['this instant', 'Tue, 14 Nov 2023 22:13:20 GMT', 0],
  ['a date that has passed', 'Tue, 14 Nov 2023 22:00:00 GMT', 0],
  ['nothing', null, undefined],
  ['no header', undefined, undefined],
  ['an empty text', '', undefined],
  ['spaces', '  ', undefined],
  ['a word', 'soon', undefined],
  ['a unit', '60s', undefined],
  ['a number that is none', 'NaN', undefined],
])('reads %s: %p', (_, header, seconds) => {
  expect(parseRetryAfter(header, NOW)).toBe(seconds)
})

it('is never negative and never NaN', () => {
  const header = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String), fc.date().map(String))
  fc.assert(
    fc.property(header, (text) => {
      const seconds = parseRetryAfter(text, NOW)
      if (seconds !== undefined) expect(seconds).toBeGreaterThanOrEqual(0)
    }),
  )
})
