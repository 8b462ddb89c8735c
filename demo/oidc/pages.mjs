// The provider's own pages, in the demo's clothes.
import { readFileSync } from 'node:fs'

const STYLE = `${readFileSync(new URL('../demo.css', import.meta.url), 'utf8')}
body { display: grid; min-height: 100vh; min-height: 100dvh; align-content: center; padding: 2rem 1.25rem; }
.narrow > .lead { margin-top: 0.75rem; font-size: 1.0625rem; }
.provider { display: flex; align-items: center; gap: 0.625rem; margin-bottom: 2rem; color: var(--soft); font-weight: 550; }
.provider svg { width: 1.25rem; height: 1.25rem; }
.choice { display: grid; gap: 0.75rem; }
.choice .button { min-height: 2.75rem; }
`

const KEY = `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true">
  <circle cx="6.5" cy="13.5" r="3.75"/><path d="m9.25 10.75 7.5-7.5M13 7l2.75 2.75" stroke-linecap="round"/>
</svg>`

/** @param {{ title: string, main: string }} page */
function layout({ title, main }) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Demo provider</title>
  <style>${STYLE}</style>
</head>
<body>
  <main class="narrow">
    <p class="provider">${KEY}<span>Demo provider</span></p>
    ${main}
  </main>
</body>
</html>
`
}

/** @param {{ client: string, hint: { email: string, password: string }, email?: string, isWrong: boolean }} view */
export function loginPage({ client, hint, email = '', isWrong }) {
  return layout({
    title: 'Sign in',
    main: `<h1>Sign in</h1>
    <p class="lead">to go on to ${escape(client)}.</p>
    <form class="form" method="post">
      <div class="field">
        <label for="email">E-mail</label>
        <input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${isWrong ? ` ${INVALID}` : ' autofocus'}>
      </div>
      <div class="field">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required${isWrong ? ` ${INVALID} autofocus` : ''}>
      </div>
      ${isWrong ? '<p class="note" id="outcome" role="alert">The e-mail or the password is wrong.</p>' : ''}
      <div class="choice">
        <button class="button primary wide" type="submit">Sign in</button>
        <button class="button wide" type="submit" name="cancel" value="yes" formnovalidate>Cancel</button>
      </div>
      <p class="hint"><span>To try it: <code>${escape(hint.email)}</code> with <code>${escape(hint.password)}</code></span></p>
    </form>`,
  })
}

const INVALID = 'aria-invalid="true" aria-describedby="outcome"'

/** @param {{ client: string, email: string }} view */
export function consentPage({ client, email }) {
  return layout({
    title: 'Allow access',
    main: `<h1>Allow access?</h1>
    <p class="lead">You are ${escape(email)}. Shall ${escape(client)} know that, and keep you signed in while you are away?</p>
    <form class="form choice" method="post">
      <button class="button primary wide" type="submit">Allow</button>
      <button class="button wide" type="submit" name="cancel" value="yes">Cancel</button>
    </form>`,
  })
}

/** @param {{ client?: string, form: string }} view the form is oidc-provider's, and empty but for its token */
export function signOutPage({ client, form }) {
  return layout({
    title: 'Sign out',
    main: `<h1>Sign out here, too?</h1>
    <p class="lead">${client ? `You have left ${escape(client)}.` : 'You were sent here to sign out.'} Stay signed in with
      the provider, and the next sign-in asks for no password.</p>
    ${form}
    <div class="form choice">
      <button class="button primary wide" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
      <button class="button wide" type="submit" form="op.logoutForm">Stay signed in</button>
    </div>`,
  })
}

/** Goes on by itself. @param {string} form as above */
export function signingOutPage(form) {
  return layout({
    title: 'Signing out',
    main: `<p class="loading" role="status">Signing out…</p>
    ${form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>')}
    <script>document.forms[0].submit()</script>
    <noscript><button class="button primary wide" type="submit" form="op.logoutForm">Sign out</button></noscript>`,
  })
}

export function signedOutPage() {
  return layout({ title: 'Signed out', main: '<h1>Signed out</h1><p class="lead">You can close this page.</p>' })
}

/** @param {{ error: string, error_description?: string }} problem */
export function errorPage({ error, error_description: description }) {
  return layout({
    title: 'That did not work',
    main: `<h1>That did not work</h1>
    <p class="lead">${escape(sentence(description ?? 'go back and try again'))}</p>
    <p class="aside"><code>${escape(error)}</code></p>`,
  })
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
