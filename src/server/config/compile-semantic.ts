import { intentCalibration } from '../../catalog/embedders/intent-calibration.generated.ts'
import { lexical } from '../../catalog/embedders/lexical.ts'
import type { RoutePlan, SemanticPlan } from '../../core/route-plan.ts'
import { nearestIntent } from '../../policy/nearest-intent.ts'

import { pathText } from './issue-text.ts'
import type { IntentRoute, PlanEntry } from './routes-section.ts'

export type Path = readonly (string | number)[]

/** What a semantic plan needs of the rest: how a plan inside it is compiled, and where a fault goes. */
export interface SemanticScope<Leaf> {
  compile(entry: PlanEntry, path: Path): RoutePlan<Leaf> | undefined
  fault(path: Path, message: string): undefined
}

/** Each example costs memory and time in every worker. */
const maxExamples = 1000

export function compileIntents<Leaf>(
  { intents, threshold = 'calibrated', otherwise }: IntentRoute,
  path: Path,
  { compile, fault }: SemanticScope<Leaf>,
): SemanticPlan<Leaf> | undefined {
  const names = intents.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) < index)
  if (twice >= 0)
    return fault([...path, 'intents', twice, 'name'], `Two intents have the name \`${names[twice] ?? ''}\`.`)
  if (intents.reduce((sum, { examples }) => sum + examples.length, 0) > maxExamples)
    return fault([...path, 'intents'], `The intents of a route have at most ${maxExamples} examples together.`)
  for (const [index, { examples }] of intents.entries()) {
    const at = examples.findIndex((example) => !/[\p{L}\p{N}]/u.test(example))
    const place = [...path, 'intents', index, 'examples', at]
    if (at >= 0) return fault(place, `\`${pathText(place)}\` needs a word.`)
  }
  const cases = intents.flatMap(({ name, examples: _, ...entry }, index) => {
    const plan = compile(entry, [...path, 'intents', index])
    return plan === undefined ? [] : [{ name, plan }]
  })
  const rest = compile(otherwise, [...path, 'otherwise'])
  if (rest === undefined || cases.length < intents.length) return undefined
  const least = threshold === 'calibrated' ? intentCalibration.threshold : threshold
  return { kind: 'semantic', sort: nearestIntent(intents, least, lexical.embedNow), cases, otherwise: rest }
}
