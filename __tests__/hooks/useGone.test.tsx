import { act, renderHook } from '@testing-library/react'
import { useGone, type Search } from '../../hooks/useGone'

let found: (() => void) | undefined
let left: number

const search: Search = (onGone) => {
  found = onGone
  return () => (left += 1)
}
const other: Search = () => () => {}

beforeEach(() => {
  found = undefined
  left = 0
})

it('is certain once the search has found out, and searches once however often it is rendered', () => {
  const { result, rerender } = renderHook(() => useGone(search, 'a session'))
  rerender()
  expect([result.current, left]).toEqual([false, 0])
  act(() => found?.())
  expect(result.current).toBe(true)
})

it.each([
  ['another session', { search, subject: 'another session' }],
  ['another search', { search: other, subject: 'a session' }],
])('knows nothing yet of %s', (_, next) => {
  const initialProps = { search, subject: 'a session' }
  const { result, rerender } = renderHook(({ search, subject }) => useGone(search, subject), { initialProps })
  act(() => found?.())
  rerender(next)
  expect([result.current, left]).toEqual([false, 1])
})

it('forgets what was found when it stops searching, also when it begins again', () => {
  const { result, rerender } = renderHook(({ search }) => useGone(search), {
    initialProps: { search: search as Search | false },
  })
  act(() => found?.())
  rerender({ search: false })
  expect([result.current, left]).toEqual([false, 1])
  rerender({ search })
  expect(result.current).toBe(false)
})

it('leaves the search when it goes', () => {
  renderHook(() => useGone(search)).unmount()
  expect(left).toBe(1)
})
