type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only where the value is of the very type that is named: `expectType<string>()(value, true)`. */
export const expectType =
  <Expected>() =>
  <Actual>(_value: Actual, _isSame: Same<Actual, Expected>): void => {}
