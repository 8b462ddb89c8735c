/** Its own types name the folder, which bundlers find and Node does not. */
declare module 'use-sync-external-store/shim/index.js' {
  export { useSyncExternalStore } from 'react'
}
