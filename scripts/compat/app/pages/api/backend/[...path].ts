import { backend } from '../../../backend'

export default backend.listener
