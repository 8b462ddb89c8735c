/** Rendered differently on both sides: what React says of this page shows that its warnings would be heard. */
export default function Mismatch() {
  return <p>{typeof window === 'undefined' ? 'server' : 'browser'}</p>
}
