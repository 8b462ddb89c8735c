import { cookie } from '../../support/cookie-server'
import { holdsTheLaws } from './suite'

holdsTheLaws(cookie)
