import NextAuth, { type NextAuthOptions } from 'next-auth'
import type { NextApiRequest, NextApiResponse } from 'next'
import { asRecord } from '../record'
import { captureCookies, type RequestWithCookies } from './cookies'

export interface NextAuthAnswer {
  /** The fields of the JSON body. */
  json: Readonly<Record<string, unknown>>
  /** `Set-Cookie` headers. */
  cookies: string[]
}

interface Call {
  method: 'GET' | 'POST'
  action: 'csrf' | 'signout'
  body?: Record<string, string>
}

/** What next-auth's own API route answers to a call that is made here on behalf of a request, with its cookies. */
export async function askNextAuth(req: RequestWithCookies, authOptions: NextAuthOptions, call: Call): Promise<NextAuthAnswer> {
  const { method, action, body = {} } = call
  const { headers, cookies } = req
  const capture = captureCookies()
  let json: unknown
  const response = Object.assign(capture.response, {
    status: () => response,
    json: (sent: unknown) => (json = sent),
    send: (sent: unknown) => (json = sent),
    end: () => undefined,
  })
  const request = { method, headers, cookies, body: { ...body, json: 'true' }, query: { nextauth: [action] } }
  // next-auth writes into the options that it is handed.
  await handle(request as unknown as NextApiRequest, response as unknown as NextApiResponse, { ...authOptions })
  return { json: asRecord(json), cookies: capture.headers() }
}

/** Bundlers that read an ES module as Node does find the function inside the default export of next-auth's CommonJS. */
const handle = ('default' in NextAuth ? NextAuth.default : NextAuth) as (
  req: NextApiRequest,
  res: NextApiResponse,
  options: NextAuthOptions,
) => Promise<unknown>
