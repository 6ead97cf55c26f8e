/** `undefined` when it takes longer, or fails. */
export function settledWithin<Value>(
  pending: Promise<Value>,
  patienceMs: number,
  onFault: (fault: unknown) => void = () => undefined,
): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patienceMs)
    const settle = (value: Value | undefined): void => {
      clearTimeout(timer)
      resolve(value)
    }
    pending.then(settle, (fault: unknown) => {
      onFault(fault)
      settle(undefined)
    })
  })
}
