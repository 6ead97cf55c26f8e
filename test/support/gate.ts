/** A promise that a test settles: what waits for it waits until the test says so, never for a time. */
export interface Gate<Value = void> {
  readonly passed: Promise<Value>
  open(value: Value): void
  fail(error: Error): void
}

export function gate<Value = void>(): Gate<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  // A gate that fails before anybody waits at it is no unhandled rejection.
  promise.catch(() => undefined)
  return { passed: promise, open: resolve, fail: reject }
}
