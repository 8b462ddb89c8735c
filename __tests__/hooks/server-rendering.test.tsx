/** @jest-environment node */
import type { ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { RefreshSessionProvider } from '../../components'
import { useAuthSWR } from '../../hooks/useAuthSWR'
import { createAuthAxios } from '../../lib/client/auth-axios'
import { page } from '../../lib/client/page'
import { fakeApi } from '../support/fake-api'

const session = { user: { name: 'Ada' }, expires: '2030-01-01T00:00:00Z', accessToken: 'of one user among many' }

function Page({ fallbackData }: { fallbackData?: string }): ReactElement {
  const { data, isLoading } = useAuthSWR<string>('/me', fallbackData === undefined ? {} : { fallbackData })
  return <p>{isLoading && data === undefined ? 'loading' : data}</p>
}

const render = (children: ReactElement) => renderToString(<RefreshSessionProvider session={session}>{children}</RefreshSessionProvider>)

describe('on a server', () => {
  it('useAuthSWR is loading, or shows what the page brings along', () => {
    expect(render(<Page />)).toBe('<p>loading</p>')
    expect(render(<Page fallbackData="Ada’s" />)).toBe('<p>Ada’s</p>')
  })

  it('nobody is told of the session, since that would be everybody’s', () => {
    render(<Page />)
    expect(page.session).toBeUndefined()
  })

  it('createAuthAxios carries no token, and waits for none', async () => {
    page.session = session
    const api = fakeApi()
    await createAuthAxios({ adapter: api.adapter }).get('/me')
    expect(api.tokens()).toEqual([undefined])
  })
})
