/**
 * Measures quality against cost of `semantic` routes by difficulty, beside the baselines:
 * `npm run eval:routing [-- --data <directory>] [--pairs <file.csv>]... [--write]`.
 *
 * Held out is a source that the weights have not seen: MT-Bench, and each table of `--pairs`. HaluEval, which they were trained
 * on, is measured with weights trained on the other kinds of its prompts.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { featuresOf } from '../src/policy/difficulty/features.ts'
import {
  cheap,
  difficultyOf,
  sortByDifficulty,
  strong,
  thresholdOf,
} from '../src/policy/difficulty/sort-by-difficulty.ts'
import { difficultyWeights } from '../src/policy/difficulty/weights.generated.ts'
import { factsOf } from '../test/support/call-facts.ts'
import { createRandom } from './random.ts'
import { type Mark, writeSection } from './results-file.ts'
import {
  bootstrapped,
  curveOf,
  type Interval,
  type Item,
  oracleScores,
  rankedRight,
  type Scores,
} from './routing-curve.ts'
import { dataDirectory, type Outcome, readFailures, readMtBench, readPairs } from './routing-data.ts'
import { kindOf, strengthOf, trainOn } from './train-difficulty.ts'

/** USD per million tokens (input, output) in the catalogue: Mistral's `open-mixtral-8x7b` and OpenAI's `gpt-4-turbo`. */
const prices = { weak: [0.7, 0.7], strong: [10, 30] } as const
const charactersOfToken = 4

interface Router {
  readonly name: string
  readonly scores: Scores
}

const mark: Mark = '## Routing by difficulty'
const lines: string[] = []
const print = (text: string): void => void lines.push(text)

await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      pairs: { type: 'string', multiple: true },
      write: { type: 'boolean', default: false },
    },
  })
  const data = dataDirectory(values.data)
  const pairs = values.pairs ?? []
  if (typeof data !== 'string') {
    console.error(data.absent)
    if (pairs.length === 0) process.exitCode = 2
  } else {
    print(`${mark}\n`)
    print(
      `Made by \`npm run eval:routing\` on ${new Date().toISOString().slice(0, 10)}. Intervals are of 95 %, by the bootstrap over conversations.\n`,
    )
    report('MT-Bench, 80 conversations of two turns (held out)', readMtBench(data))
    reportFailures(data)
  }
  for (const file of pairs) report(`${basename(file)} (held out)`, readPairs(file))
  console.log(lines.join('\n'))
  if (values.write && typeof data === 'string') await writeSection(mark, lines.join('\n'))
}

function report(title: string, outcomes: readonly Outcome[]): void {
  const items = outcomes.map(itemOf)
  const ours: Router = {
    name: 'difficulty',
    scores: outcomes.map(({ asked }) => difficultyOf(asked, difficultyWeights).score),
  }
  const byLength: readonly Router[] = [
    { name: 'length of the last turn', scores: outcomes.map(({ asked }) => asked.text.length) },
    {
      name: 'length of all turns',
      scores: outcomes.map(({ asked }) => [asked.text, ...asked.earlierTexts].join('\n').length),
    },
  ]
  const oracle: Router = { name: 'oracle', scores: oracleScores(items) }
  const hasTurns = outcomes.some(({ asked }) => asked.earlierTexts.length > 0)
  const lengths = byLength.slice(0, hasTurns ? 2 : 1)
  const mean = (side: 'weak' | 'strong', of: 'quality' | 'cost'): number =>
    items.reduce((sum, item) => sum + item[side][of], 0) / items.length
  print(`### ${title}\n`)
  print(
    `${items.length} prompts. Always cheap: quality ${mean('weak', 'quality').toFixed(3)}. Always strong: ${mean('strong', 'quality').toFixed(3)}.`,
  )
  const hasCosts = items.some(({ strong }) => strong.cost > 0)
  if (hasCosts)
    print(
      `A thousand calls cost $${(mean('weak', 'cost') * 1000).toFixed(2)} and $${(mean('strong', 'cost') * 1000).toFixed(2)}.`,
    )
  print(`\n| router | APGR | CPT(50 %) | CPT(80 %) |${hasCosts ? ' APGR at equal cost |' : ''}`)
  print(`|---|---|---|---|${hasCosts ? '---|' : ''}`)
  print(`| random | 0.500 | 50.0 % | 80.0 % |${hasCosts ? ' 0.500 |' : ''}`)
  for (const { name, scores } of [...lengths, ours, oracle]) {
    const { callsFor } = curveOf(items, scores)
    const byCost = hasCosts ? ` ${intervalText(measured(items, scores, 'apgrByCost'))} |` : ''
    const apgr = intervalText(measured(items, scores, 'apgr'))
    print(`| ${name} | ${apgr} | ${percent(callsFor(0.5))} | ${percent(callsFor(0.8))} |${byCost}`)
  }
  print('')
  for (const length of lengths) {
    printLead(items, ours, length, 'apgr')
    if (hasCosts) printLead(items, ours, length, 'apgrByCost')
  }
  printDefault(outcomes)
  const steps = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
  printCurve('calls to the strong model', steps, [...lengths, ours, oracle], (router, step) =>
    curveOf(items, router.scores).atCalls(step),
  )
  if (hasCosts)
    printCurve('money above always cheap', steps, [...lengths, ours, oracle], (router, step) =>
      curveOf(items, router.scores).atCost(step),
    )
}

/** What a route does that says nothing of `strongShare`. Prompts of which nothing is known are taken for the strong model's. */
function printDefault(outcomes: readonly Outcome[]): void {
  const sort = sortByDifficulty(difficultyWeights, thresholdOf(0.3, difficultyWeights.hundredths))
  const places = outcomes.map(({ asked }) => sort(factsOf(asked)).index)
  const share = (place: number | undefined): number => places.filter((found) => found === place).length / places.length
  const gap = (some: readonly Outcome[]): number =>
    some.reduce((sum, { weak, strong: better }) => sum + better.quality - weak.quality, 0)
  const recovered = gap(outcomes.filter((_, index) => places[index] !== cheap)) / gap(outcomes)
  print(
    `\nWith the default \`strongShare: 0.3\`, ${percent(share(strong))} of these prompts are for the strong model and ${percent(share(undefined))} for \`otherwise\`; both recover ${percent(recovered)} of the gap.`,
  )
}

type Measure = 'apgr' | 'apgrByCost'

function measured(items: readonly Item[], scores: Scores, measure: Measure): Interval {
  return intervalOf(items, (some) => curveOf(some.map(itemAt(items)), some.map(at(scores)))[measure])
}

function printLead(items: readonly Item[], ours: Router, other: Router, measure: Measure): void {
  const lead = intervalOf(items, (some) => {
    const drawn = some.map(itemAt(items))
    return curveOf(drawn, some.map(at(ours.scores)))[measure] - curveOf(drawn, some.map(at(other.scores)))[measure]
  })
  const what = measure === 'apgr' ? 'APGR' : 'APGR at equal cost'
  print(`${what} above that of the ${other.name}: ${intervalText(lead)}: ${verdict(lead)}.`)
}

/** Of what only a weak model has answered: as if a strong one were always right. */
function reportFailures(data: string): void {
  const failures = readFailures(data)
  const kinds = failures.map(({ asked }) => kindOf(featuresOf(asked)))
  const strength = strengthOf(failures)
  const scores = new Array<number>(failures.length).fill(0)
  for (const kind of new Set(kinds)) {
    const trained = trainOn(
      failures.filter((_, index) => kinds[index] !== kind),
      strength,
    )
    for (const [index, { asked }] of failures.entries())
      if (kinds[index] === kind) scores[index] = difficultyOf(asked, trained).score
  }
  const lengths = failures.map(({ asked }) => asked.text.length)
  const items = failures.map(
    ({ failed }, index): Item => ({
      group: String(index),
      weak: { quality: Number(!failed), cost: 0 },
      strong: { quality: 1, cost: 0 },
    }),
  )
  const failed = failures.map((failure) => failure.failed)
  print(`\n### HaluEval, the source of the training: each kind of prompt with weights from the others\n`)
  print(
    `${failures.length} prompts, of which a weak model answered ${percent(failed.filter(Boolean).length / failed.length)} badly; a strong one is taken to be always right.\n`,
  )
  print('| router | failures ranked above successes | APGR |\n|---|---|---|\n| random | 0.500 | 0.500 |')
  for (const { name, scores: of } of [
    { name: 'length', scores: lengths },
    { name: 'difficulty', scores },
  ]) {
    const ranked = intervalOf(items, (some) =>
      rankedRight(
        some.map(at(of)),
        some.map((index) => failed[index] === true),
      ),
    )
    print(`| ${name} | ${intervalText(ranked)} | ${intervalText(measured(items, of, 'apgr'))} |`)
  }
  print('')
  printLead(items, { name: 'difficulty', scores }, { name: 'length', scores: lengths }, 'apgr')
}

function itemOf({ asked, group, weak, strong }: Outcome): Item {
  const prompt = [asked.text, ...asked.earlierTexts].join('\n').length
  const cost = ([input, output]: readonly [number, number], answer: number): number =>
    answer === 0 ? 0 : (prompt * input + answer * output) / charactersOfToken / 1e6
  return {
    group,
    weak: { quality: weak.quality, cost: cost(prices.weak, weak.characters) },
    strong: { quality: strong.quality, cost: cost(prices.strong, strong.characters) },
  }
}

function printCurve(
  what: string,
  steps: readonly number[],
  routers: readonly Router[],
  measure: (router: Router, step: number) => number,
): void {
  print(`\nPart of the gap that is recovered, by the share of ${what} (random: the share itself):\n`)
  print(`| router | ${steps.map(percent).join(' | ')} |\n|---|${steps.map(() => '---').join('|')}|`)
  for (const router of routers)
    print(`| ${router.name} | ${steps.map((step) => percent(measure(router, step))).join(' | ')} |`)
}

function verdict({ lower, upper }: Interval): string {
  if (lower > 0) return 'better'
  return upper < 0 ? 'worse' : 'too few prompts to tell'
}

function intervalOf(items: readonly Item[], measure: (some: readonly number[]) => number): Interval {
  return bootstrapped(items, measure, createRandom('routing'))
}

function intervalText({ value, lower, upper }: Interval): string {
  return `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`
}

function at(scores: Scores): (index: number) => number {
  return (index) => scores[index] ?? 0
}

function itemAt(items: readonly Item[]): (index: number) => Item {
  return (index) => {
    const item = items[index]
    if (item === undefined) throw new Error(`There is no item ${index}.`)
    return item
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
