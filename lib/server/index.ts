export { ensureFreshToken, type FreshToken } from './ensure-fresh-token'
