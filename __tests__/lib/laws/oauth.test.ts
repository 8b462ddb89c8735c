import { oauth } from '../../support/oauth-front'
import { holdsTheLaws } from './suite'

holdsTheLaws(oauth)
