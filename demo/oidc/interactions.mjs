// Where users sign in and allow access: what oidc-provider leaves to whoever runs it.
import { text } from 'node:stream/consumers'
import { consentPage, loginPage } from './pages.mjs'
import { users } from './users.mjs'

/** The longest form that is read: an e-mail and a password. */
const MAX_FORM = 4_096

/** Koa middleware for `/interaction/:uid`. @param {import('oidc-provider').Provider} provider */
export function interactions(provider) {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    ctx.set('Cache-Control', 'no-store')
    ctx.set('Content-Security-Policy', "frame-ancestors 'none'")
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res)
    const client = (await provider.Client.find(params.client_id)).clientName
    const email = users.find(({ id }) => id === session?.accountId)?.email ?? ''
    const finish = (result, isAddition = false) => {
      ctx.respond = false
      return provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: isAddition })
    }

    if (ctx.method !== 'POST') {
      ctx.body = prompt.name === 'login' ? loginPage({ client, hint: users[0], isWrong: false }) : consentPage({ client, email })
      return
    }
    const form = await readForm(ctx)
    if (form.get('cancel')) return finish({ error: 'access_denied', error_description: 'The user went back.' })
    if (prompt.name === 'consent') {
      const grantId = await allow(provider, { accountId: session.accountId, clientId: params.client_id, scope: params.scope })
      return finish({ consent: { grantId } }, true)
    }
    const typed = form.get('email')?.trim().toLowerCase()
    const user = users.find((each) => each.email === typed && each.password === form.get('password'))
    if (user) return finish({ login: { accountId: user.id } })
    ctx.body = loginPage({ client, hint: users[0], email: typed, isWrong: true })
  }
}

/** Allows a client what it asks for; resolves with the grant's id. */
export async function allow(provider, { accountId, clientId, scope }) {
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope(scope)
  return grant.save()
}

async function readForm(ctx) {
  const length = Number(ctx.get('content-length'))
  if (!(length <= MAX_FORM) || !ctx.is('urlencoded')) ctx.throw(400, 'This is not the form that was sent.')
  return new URLSearchParams(await text(ctx.req))
}
