import { rest } from '../../support/backend-kind'
import { holdsTheLaws } from './suite'

holdsTheLaws(rest)
