/**
 * Finds the weights of `semantic` routes by difficulty: `npm run train:difficulty -- [--data <directory>] [--write]`.
 *
 * A logistic regression on HaluEval tells from a prompt whether a model answered it badly. Where the data say little (Alpaca's
 * users hardly ask for proofs or contracts) weights stay near what was known before: each is drawn to `expected` as strongly as
 * the data allow: the greatest strength that in cross-validation is worse than the best one by at most one standard error of the
 * difference (after Breiman et al., 1984). Nothing here reads the data that `eval-routing.ts` reports as held out.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type FeatureName, type Features, featureNames, featuresOf } from '../src/policy/difficulty/features.ts'
import { type DifficultyWeights, difficultyOf } from '../src/policy/difficulty/sort-by-difficulty.ts'
import { type WordKind, wordKinds } from '../src/policy/difficulty/words.ts'
import { dataDirectory, type Failure, readFailures } from './routing-data.ts'

/**
 * What raises the logit of a failure, as published results on small models have it (arithmetic in several steps, logic, code,
 * science and law go wrong more often; what is free to be made up, and advice, less often). The last four are of requests, which
 * no public data have: they stay as they are.
 */
const expected: Readonly<Record<FeatureName, number>> = {
  length: 0.5,
  sentences: 0.2,
  questions: 0.2,
  numbers: 0.5,
  formulas: 0.5,
  fences: 0.3,
  names: 0.2,
  links: 0.2,
  choices: 0.2,
  longWords: 0.2,
  maths: 0.8,
  quantity: 0.5,
  code: 0.5,
  logic: 0.5,
  science: 0.5,
  profession: 0.5,
  fact: 0.3,
  data: 0.3,
  constraint: 0.3,
  sequence: 0.3,
  creative: -0.5,
  advice: -0.5,
  wording: -0.2,
  turns: 0.2,
  tools: 0.3,
  json: 0.2,
  reasoning: 0.7,
}
const strengths = [1, 2, 5, 10, 20, 50, 100, 200, 500]

interface Row {
  readonly features: readonly number[]
  readonly failed: number
  readonly kind: WordKind | undefined
}

if (import.meta.main) main()

function main(): void {
  const { values } = parseArgs({ options: { data: { type: 'string' }, write: { type: 'boolean', default: false } } })
  const data = dataDirectory(values.data)
  if (typeof data !== 'string') {
    console.error(data.absent)
    process.exitCode = 2
    return
  }
  const failures = readFailures(data)
  const strength = strengthOf(failures, console.log)
  console.log(`\nchosen: ${strength}\n`)
  const trained = trainOn(failures, strength)
  for (const name of featureNames) console.log(`${name.padEnd(12)} ${trained.weights[name].toFixed(3)}`)
  if (values.write) write(trained, failures.length)
}

/** How strongly weights are drawn to what is expected. */
export function strengthOf(failures: readonly Failure[], log: (line: string) => void = () => undefined): number {
  const rows = failures.map(rowOf)
  const tried = strengths.map((strength) => ({ strength, losses: crossValidated(rows, strength) }))
  const best = tried.reduce((least, one) => (mean(one.losses) < mean(least.losses) ? one : least))
  const worse = tried.map(({ losses }) => spread(losses.map((loss, fold) => loss - (best.losses[fold] ?? 0))))
  for (const [index, { middle, error }] of worse.entries())
    log(`strength ${strengths[index]}: log loss worse by ${middle.toFixed(5)}, standard error ${error.toFixed(5)}`)
  const chosen = tried.findLast((_, index) => (worse[index]?.middle ?? 1) <= (worse[index]?.error ?? 0)) ?? best
  return chosen.strength
}

export function trainOn(failures: readonly Failure[], strength: number): DifficultyWeights {
  const fitted = weightsFor(failures.map(rowOf), strength)
  const rounded = (value: number): number => Number(value.toFixed(4))
  const weights = Object.fromEntries(
    featureNames.map((name, index) => [name, rounded(fitted[index] ?? 0)]),
  ) as DifficultyWeights['weights']
  const model = { intercept: rounded(fitted.at(-1) ?? 0), weights, hundredths: [] }
  const scores = failures.map(({ asked }) => difficultyOf(asked, model).score).sort((a, b) => a - b)
  const hundredths = Array.from({ length: 101 }, (_, hundredth) =>
    rounded(scores[Math.round((hundredth / 100) * (scores.length - 1))] ?? 0),
  )
  return { ...model, hundredths }
}

function rowOf({ asked, failed }: Failure): Row {
  const features = featuresOf(asked)
  return {
    features: featureNames.map((name) => features[name]),
    failed: Number(failed),
    kind: kindOf(features),
  }
}

/** What most of its words tell of; `undefined`: of nothing. */
export function kindOf(features: Features): WordKind | undefined {
  const kind = wordKinds.reduce((most, name) => (features[name] > features[most] ? name : most))
  return features[kind] === 0 ? undefined : kind
}

/** Of each kind of prompt, by what the other kinds say: as with a source that asks for something else. */
function crossValidated(rows: readonly Row[], strength: number): readonly number[] {
  return wordKinds.map((kind) => {
    const fitted = weightsFor(
      rows.filter((row) => row.kind !== kind),
      strength,
    )
    const held = rows.filter((row) => row.kind === kind)
    return mean(held.map((row) => -Math.log(row.failed === 1 ? chanceOf(row, fitted) : 1 - chanceOf(row, fitted))))
  })
}

function spread(values: readonly number[]): { readonly middle: number; readonly error: number } {
  const middle = mean(values)
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
  return { middle, error: Math.sqrt(variance / values.length) }
}

/** Newton's method on the penalised likelihood, which has one maximum. The last of the result is the intercept. */
function weightsFor(rows: readonly Row[], strength: number): readonly number[] {
  const size = featureNames.length + 1
  const centre = [...featureNames.map((name) => expected[name]), 0]
  let weights = [...centre]
  for (let round = 0; round < 6; round++) {
    const gradient = weights.map((weight, index) => (index < size - 1 ? strength * (weight - (centre[index] ?? 0)) : 0))
    const curvature = weights.map((_, row) =>
      weights.map((_, column) => (row === column && row < size - 1 ? strength : 0)),
    )
    for (const row of rows) {
      const chance = chanceOf(row, weights)
      const inputs = [...row.features, 1]
      for (const [index, input] of inputs.entries()) {
        if (input === 0) continue
        gradient[index] = (gradient[index] ?? 0) + (chance - row.failed) * input
        const line = curvature[index] ?? []
        for (const [other, value] of inputs.entries())
          line[other] = (line[other] ?? 0) + chance * (1 - chance) * input * value
      }
    }
    const step = solved(curvature, gradient)
    weights = weights.map((weight, index) => weight - (step[index] ?? 0))
  }
  return weights
}

function chanceOf({ features }: Row, weights: readonly number[]): number {
  const sum = features.reduce((total, value, index) => total + value * (weights[index] ?? 0), weights.at(-1) ?? 0)
  return 1 / (1 + Math.exp(-sum))
}

/** By Gauss, with the greatest pivot. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lines = matrix.map((line, index) => [...line, right[index] ?? 0])
  const at = (row: number, column: number): number => lines[row]?.[column] ?? 0
  for (let pivot = 0; pivot < lines.length; pivot++) {
    let greatest = pivot
    for (let row = pivot; row < lines.length; row++)
      if (Math.abs(at(row, pivot)) > Math.abs(at(greatest, pivot))) greatest = row
    ;[lines[pivot], lines[greatest]] = [lines[greatest] ?? [], lines[pivot] ?? []]
    for (let row = 0; row < lines.length; row++) {
      if (row === pivot) continue
      const factor = at(row, pivot) / at(pivot, pivot)
      lines[row] = (lines[row] ?? []).map((value, column) => value - factor * at(pivot, column))
    }
  }
  return lines.map((_, row) => at(row, lines.length) / at(row, row))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function write({ intercept, weights, hundredths }: DifficultyWeights, count: number): void {
  const content = `// Written by bench/train-difficulty.ts. Do not edit.
import type { DifficultyWeights } from './sort-by-difficulty.ts'

/** Trained on ${count.toLocaleString('en')} queries of HaluEval (Li et al., 2023, MIT): docs/guides/routes.md says how. */
export const difficultyWeights: DifficultyWeights = {
  intercept: ${intercept},
  weights: {
${featureNames.map((name) => `    ${name}: ${weights[name]},`).join('\n')}
  },
  // biome-ignore format: a hundred numbers.
  hundredths: [${hundredths.join(', ')}],
}
`
  writeFileSync(new URL('../src/policy/difficulty/weights.generated.ts', import.meta.url), content)
}
