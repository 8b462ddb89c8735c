import { signIn } from 'next-auth/react'
import { useAuth } from 'next-auth-refresh/react'
import type { FormEvent } from 'react'

export default function Login() {
  useAuth(true)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    void signIn('credentials', { redirect: false, email: data.get('email'), password: data.get('password') })
  }

  return (
    <form onSubmit={submit}>
      <input name="email" aria-label="E-mail" />
      <input name="password" type="password" aria-label="Password" />
      <button>Sign in</button>
    </form>
  )
}
