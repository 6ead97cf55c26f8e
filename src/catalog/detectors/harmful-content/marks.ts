import { aGroup, markGroups } from './groups.ts'
import type { HarmExpression } from './harm-rule.ts'
import { aMinor, markMinors } from './minors.ts'
import { aPlace, markTargets, onlyAPerson } from './persons.ts'

type Mark = (sentence: string) => string

const marksOf: readonly (readonly [sign: string, mark: Mark])[] = [
  [aMinor, markMinors],
  [aGroup, markGroups],
  [onlyAPerson, markTargets],
  [aPlace, markTargets],
]

/** How a sentence is to be marked for an expression; absent: as it stands. */
export function markFor({ source }: HarmExpression): Mark | undefined {
  return marksOf.find(([sign]) => source.includes(sign))?.[1]
}
