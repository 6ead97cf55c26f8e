import { createHash } from 'node:crypto'
import type { ModelCall, ModelReply, Stage } from '../../core/calls/call.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import {
  type Classifier,
  classifiersIn,
  plansBelow,
  type RequestFacts,
  type RouteFacts,
  type RoutePlan,
  type Verdict,
} from '../../core/calls/route-plan.ts'
import { callCost } from '../../core/model/prices.ts'
import type { AskedClassifier } from '../../core/record/call-record.ts'
import type { Answer, Asker } from './ask-classifier.ts'

export interface ClassifyOptions {
  resolve(model: string): Pick<ResolvedModel, 'plan'>
  /** Never rejects. */
  ask(classifier: Classifier, texts: readonly string[], asker: Asker): Promise<Answer>
  /** What of a call a classifier is shown, the latest turn first; nothing where that does not say what is asked. */
  textsOf(request: RequestFacts): readonly string[] | undefined
  /** In milliseconds. */
  now(): number
}

/** What a model said of a text is kept so long, of so many texts in a worker. */
const keptMs = 3_600_000
const maxKept = 10_000

/** Asks the classifiers of a call's plan, so that the plan finds what they say among the facts. A call waits for them. */
export function classify({ resolve, ask, textsOf, now }: ClassifyOptions): Stage<ModelCall, ModelReply> {
  const kept = new Map<string, { readonly answer: Answer; readonly until: number }>()
  const flights = new Map<string, Promise<Answer>>()

  function known(key: string): Answer | Promise<Answer> | undefined {
    const found = kept.get(key)
    return found !== undefined && found.until > now() ? found.answer : flights.get(key)
  }

  function asked(key: string, ...question: Parameters<typeof ask>): Promise<Answer> {
    const flight = ask(...question).then((answer) => {
      flights.delete(key)
      // What went wrong once may go right the next time.
      if ('says' in answer.verdict) keep(key, answer)
      return answer
    })
    flights.set(key, flight)
    return flight
  }

  function keep(key: string, answer: Answer): void {
    kept.delete(key)
    kept.set(key, { answer, until: now() + keptMs })
    const [oldest] = kept.keys()
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest)
  }

  async function askedFor(classifier: Classifier, texts: readonly string[], asker: Asker) {
    const began = now()
    const key = keyOf(asker.principal.workspace, classifier.name, texts)
    const found = known(key)
    const answer = await (found ?? asked(key, classifier, texts, asker))
    return { answer, record: recordOf(classifier, answer, { isKept: found !== undefined, durationMs: now() - began }) }
  }

  return async (call, next) => {
    const { plan } = resolve(call.model)
    if (!hasClassifier(plan)) return await next(call)
    const facts = call.facts()
    const texts = textsOf(facts.request)
    const wanted = texts === undefined ? [] : reached(plan, facts)
    if (texts === undefined || wanted.length === 0) return await next(call)
    const found = await Promise.all(wanted.map((classifier) => askedFor(classifier, texts, call)))
    call.emit({ type: 'classified', asked: found.map(({ record }) => record) })
    const verdicts = new Map<string, Verdict>(found.map(({ answer, record }) => [record.classifier, answer.verdict]))
    return await next({ ...call, facts: () => ({ ...call.facts(), verdicts }) })
  }
}

const withClassifier = new WeakMap<RoutePlan, boolean>()

function hasClassifier(plan: RoutePlan): boolean {
  let has = withClassifier.get(plan)
  if (has === undefined) {
    has = classifiersIn(plan).length > 0
    withClassifier.set(plan, has)
  }
  return has
}

/** Those that a call with these facts may come to, each once. */
function reached(plan: RoutePlan, facts: RouteFacts): readonly Classifier[] {
  const found = reachedBelow(plan, facts)
  return found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index)
}

function reachedBelow(plan: RoutePlan, facts: RouteFacts): readonly Classifier[] {
  if (plan.kind === 'conditional') {
    const found = plan.cases.find(({ when }) => when.evaluate(facts) === true)
    return reachedBelow(found?.plan ?? plan.otherwise, facts)
  }
  if (plan.kind !== 'semantic') return plansBelow(plan).flatMap((below) => reachedBelow(below, facts))
  // What it will say nobody knows yet.
  if (plan.classifier !== undefined)
    return [plan.classifier, ...plansBelow(plan).flatMap((below) => reachedBelow(below, facts))]
  const { index } = plan.sort(facts)
  return reachedBelow(index === undefined ? plan.otherwise : (plan.cases[index]?.plan ?? plan.otherwise), facts)
}

/** A workspace does not learn from the time of an answer what another one has asked. */
function keyOf(workspace: string, classifier: string, texts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([workspace, classifier, ...texts]))
    .digest('base64url')
}

function recordOf(
  { name }: Classifier,
  { verdict, usage, target }: Answer,
  { isKept, durationMs }: Pick<AskedClassifier, 'isKept' | 'durationMs'>,
): AskedClassifier {
  const { inputTokens, outputTokens } = usage ?? {}
  const costNanoUsd = callCost(target?.facts?.price, usage)
  return {
    classifier: name,
    ...verdict,
    isKept,
    durationMs,
    ...(isKept || inputTokens === undefined ? {} : { inputTokens }),
    ...(isKept || outputTokens === undefined ? {} : { outputTokens }),
    ...(isKept || costNanoUsd === undefined ? {} : { costNanoUsd }),
  }
}
