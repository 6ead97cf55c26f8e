import type { Part } from './draft.ts'

/**
 * The parts that are valid together, in their order. `faultOf` says what is wrong with a whole; a part that makes it wrong
 * goes to `refuse`. Halving finds a few among many without trying each.
 */
export function keepValid(
  parts: readonly Part[],
  faultOf: (parts: readonly Part[]) => string | undefined,
  refuse: (part: Part, fault: string) => void,
): readonly Part[] {
  const keep = (some: readonly Part[], before: readonly Part[]): readonly Part[] => {
    const [first] = some
    if (first === undefined) return []
    const fault = faultOf([...before, ...some])
    if (fault === undefined) return some
    if (some.length === 1) {
      refuse(first, fault)
      return []
    }
    const middle = some.length >> 1
    const left = keep(some.slice(0, middle), before)
    return [...left, ...keep(some.slice(middle), [...before, ...left])]
  }
  // What others refer to goes first, so that each is judged with what it needs.
  const isBase = ({ section }: Part): boolean => section === 'account' || section === 'model'
  const base = keep(parts.filter(isBase), [])
  return [
    ...base,
    ...keep(
      parts.filter((part) => !isBase(part)),
      base,
    ),
  ]
}
