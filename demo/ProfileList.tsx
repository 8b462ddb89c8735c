import type { ReactElement } from 'react'
import type { Profile } from './profile'

/** What the backend tells about the user; blank while it hasn't yet. */
export function ProfileList({ profile }: { profile: Profile | undefined }): ReactElement {
  return (
    <dl className="facts">
      <div>
        <dt>Name</dt>
        <dd>{profile?.name}</dd>
      </div>
      <div>
        <dt>E-mail</dt>
        <dd>{profile?.email}</dd>
      </div>
      <div>
        <dt>Id</dt>
        <dd>{profile?.id}</dd>
      </div>
      <div>
        <dt>Roles</dt>
        <dd>{profile && (profile.roles.join(', ') || 'none')}</dd>
      </div>
    </dl>
  )
}
