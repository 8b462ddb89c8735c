export default function Guarded() {
  return <p>the middleware let you in</p>
}
