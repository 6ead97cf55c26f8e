import { intentCalibration } from '../../catalog/embedders/intent-calibration.generated.ts'
import { lexical } from '../../catalog/embedders/lexical.ts'
import type { RoutePlan, SemanticPlan } from '../../core/calls/route-plan.ts'
import { sortByDifficulty, thresholdOf } from '../../policy/difficulty/sort-by-difficulty.ts'
import { sortByVerdict } from '../../policy/difficulty/sort-by-verdict.ts'
import { difficultyWeights } from '../../policy/difficulty/weights.generated.ts'
import { nearestIntent } from '../../policy/nearest-intent.ts'
import { pathText } from './issue-text.ts'
import type { DifficultyRoute, PlanEntry, SemanticRoute } from './routes-section.ts'

export type Path = readonly (string | number)[]

/** What a semantic plan needs of the rest: how a plan inside it is compiled, and where a fault goes. */
export interface SemanticScope<Leaf> {
  compile(entry: PlanEntry, path: Path): RoutePlan<Leaf> | undefined
  fault(path: Path, message: string): undefined
}

export function compileSemantic<Leaf>(
  { intents, threshold, difficulty, otherwise }: SemanticRoute,
  path: Path,
  scope: SemanticScope<Leaf>,
): SemanticPlan<Leaf> | undefined {
  const rest = scope.compile(otherwise, [...path, 'otherwise'])
  if ((intents === undefined) === (difficulty === undefined))
    return scope.fault(path, `\`${pathText(path)}\` takes either \`intents\` or \`difficulty\`.`)
  if (difficulty !== undefined && threshold !== undefined)
    return scope.fault(
      [...path, 'threshold'],
      `\`${pathText([...path, 'threshold'])}\` goes with \`intents\` only; that of \`difficulty\` stands in it.`,
    )
  const sorted =
    difficulty === undefined
      ? compileIntents(intents ?? [], threshold, path, scope)
      : compileDifficulty(difficulty, [...path, 'difficulty'], scope)
  return sorted === undefined || rest === undefined ? undefined : { kind: 'semantic', ...sorted, otherwise: rest }
}

type Cases<Leaf> = Omit<SemanticPlan<Leaf>, 'kind' | 'otherwise'>

/** Each example costs memory and time in every worker. */
const maxExamples = 1000

function compileIntents<Leaf>(
  intents: NonNullable<SemanticRoute['intents']>,
  threshold: SemanticRoute['threshold'] = 'calibrated',
  path: Path,
  { compile, fault }: SemanticScope<Leaf>,
): Cases<Leaf> | undefined {
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
  if (cases.length < intents.length) return undefined
  const least = threshold === 'calibrated' ? intentCalibration.threshold : threshold
  const byText = nearestIntent(intents, least, lexical.embedNow)
  return { sort: ({ request }) => byText(request.text), cases }
}

const defaultStrongShare = 0.3
const defaultTimeoutMs = 2000

function compileDifficulty<Leaf>(
  { cheap, strong, strongShare, threshold, classifier }: DifficultyRoute,
  path: Path,
  { compile, fault }: SemanticScope<Leaf>,
): Cases<Leaf> | undefined {
  if (strongShare !== undefined && threshold !== undefined)
    return fault(path, `\`${pathText(path)}\` takes \`strongShare\` or \`threshold\`, not both.`)
  if (classifier !== undefined && (strongShare ?? threshold) !== undefined)
    return fault(
      path,
      `\`${pathText(path)}\` takes no \`strongShare\` and no \`threshold\` beside a \`classifier\`, which says itself what is hard.`,
    )
  const plans = { cheap: compile(cheap, [...path, 'cheap']), strong: compile(strong, [...path, 'strong']) }
  if (plans.cheap === undefined || plans.strong === undefined) return undefined
  const cases = [
    { name: 'cheap', plan: plans.cheap },
    { name: 'strong', plan: plans.strong },
  ]
  if (classifier === undefined) {
    const least = threshold ?? thresholdOf(strongShare ?? defaultStrongShare, difficultyWeights.hundredths)
    return { sort: sortByDifficulty(difficultyWeights, least), cases }
  }
  const { target, timeoutMs = defaultTimeoutMs } = classifier
  const plan = compile({ target, timeoutMs }, [...path, 'classifier'])
  return plan && { sort: sortByVerdict(target), classifier: { name: target, plan, timeoutMs }, cases }
}
