import type { GetServerSideProps, GetServerSidePropsContext } from 'next'
import type { Route } from './auth-server'

/** Serves the result of a `getServerSideProps` as Next would, with its props as JSON in place of a page. */
export function pageRoute(getServerSideProps: GetServerSideProps, context: Partial<GetServerSidePropsContext> = {}): Route {
  return async (req, res) => {
    const { query, url: resolvedUrl = '/' } = req
    const result = await getServerSideProps({ req, res, query, resolvedUrl, ...context })
    if ('redirect' in result) {
      res.statusCode = 'permanent' in result.redirect && result.redirect.permanent ? 308 : 307
      res.setHeader('location', result.redirect.destination)
      res.end()
    } else if ('notFound' in result) {
      res.statusCode = 404
      res.end()
    } else {
      res.json(await result.props)
    }
  }
}
