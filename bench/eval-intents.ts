/**
 * Measures how well intents of a semantic route are told apart with the built-in embedder, and chooses its threshold:
 * `npm run eval:intents -- --data <banking77_train.csv> [--write]`.
 *
 * The file is `banking_data/train.csv` of github.com/PolyAI-LDN/task-specific-datasets (Casanueva et al., 2020, CC BY 4.0): 77
 * intents of one topic. In each trial some are the intents of a route, with a few examples, and the others are "none of these",
 * which is the hard case: they are about the same bank. Half of the 77 choose the threshold, the other half is reported.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lexical } from '../src/catalog/embedders/lexical.ts'
import { nearestIntent } from '../src/policy/nearest-intent.ts'
import { type Share, shareOf } from './binomial.ts'
import { createRandom } from './random.ts'

interface Labelled {
  readonly text: string
  readonly intent: string
}

interface Outcome {
  readonly score: number
  readonly found: string
  /** Absent: it belongs to none of the route's. */
  readonly intent?: string
}

const maxWrong = 0.05
const shapes = [
  { intents: 5, examples: 5 },
  { intents: 5, examples: 10 },
  { intents: 5, examples: 20 },
  { intents: 10, examples: 20 },
] as const
const trials = 20
const testsOfIntent = 30
const testsOfOther = 5
const thresholds = Array.from({ length: 80 }, (_, index) => (20 + index) / 100)

main()

function main(): void {
  const { values } = parseArgs({ options: { data: { type: 'string' }, write: { type: 'boolean', default: false } } })
  if (values.data === undefined) {
    console.error(
      'Name the file of banking77 with --data <banking_data/train.csv of github.com/PolyAI-LDN/task-specific-datasets>.',
    )
    process.exitCode = 2
    return
  }
  const groups = [...Map.groupBy(readQuestions(readFileSync(values.data, 'utf8')), ({ intent }) => intent).values()]
  const half = (which: number): Labelled[][] => groups.filter((_, index) => index % 2 === which)
  const tuning = shapes.flatMap((shape) => tried(half(0), shape))
  const threshold = thresholds.find((at) => routedWrongly(tuning, at).upper <= maxWrong)
  if (threshold === undefined) throw new Error('No threshold is good enough.')
  console.log(
    `embedder ${lexical.id}, threshold ${threshold}: the least at which, on the tuning half, at most ${percent(maxWrong)} of the`,
  )
  console.log(
    'texts of no intent are taken for one (upper end of the 95 % interval by Clopper and Pearson). Held-out half:\n',
  )
  console.log(
    '| intents | examples of each | of no intent, taken for one | of an intent, led to it | led to another one |',
  )
  console.log('|---|---|---|---|---|')
  for (const shape of shapes) {
    const outcomes = tried(half(1), shape)
    const own = outcomes.filter(({ intent }) => intent !== undefined)
    const led = (isRight: boolean): Share =>
      shareOf(
        own.filter(({ score, found, intent }) => score >= threshold && (found === intent) === isRight).length,
        own.length,
      )
    console.log(
      `| ${shape.intents} | ${shape.examples} | ${shareText(routedWrongly(outcomes, threshold))} | ${shareText(led(true))} | ${shareText(led(false))} |`,
    )
  }
  if (values.write) {
    const content = `// Written by bench/eval-intents.ts. Do not edit.

/** What was measured for the built-in embedder: docs/guides/routes.md says how. */
export const intentCalibration = { embedder: '${lexical.id}', threshold: ${threshold} } as const
`
    writeFileSync(new URL('../src/catalog/embedders/intent-calibration.generated.ts', import.meta.url), content)
  }
}

/** Texts of other intents of the half are the ones that belong to none. Examples are never asked for. */
function tried(groups: readonly (readonly Labelled[])[], shape: (typeof shapes)[number]): Outcome[] {
  const random = createRandom(`intents ${shape.intents} ${shape.examples}`)
  return Array.from({ length: trials }, () => {
    const shuffled = random.shuffled(groups)
    const own = shuffled.slice(0, shape.intents).map((group) => random.shuffled(group))
    const others = shuffled.slice(shape.intents).map((group) => random.shuffled(group).slice(0, testsOfOther))
    const intents = own.map((group) => ({
      name: group[0]?.intent ?? '',
      examples: group.slice(0, shape.examples).map(({ text }) => text),
    }))
    const sort = nearestIntent(intents, -1, lexical.embedNow)
    const outcome = (text: string): Outcome => {
      const { index, why } = sort(text)
      return { found: intents[index ?? -1]?.name ?? '', score: Number(/ (-?[\d.]+),/.exec(why)?.[1]) }
    }
    return [
      ...own
        .flatMap((group) => group.slice(shape.examples, shape.examples + testsOfIntent))
        .map(({ text, intent }) => ({ ...outcome(text), intent })),
      ...others.flat().map(({ text }) => outcome(text)),
    ]
  }).flat()
}

function routedWrongly(outcomes: readonly Outcome[], threshold: number): Share {
  const none = outcomes.filter(({ intent }) => intent === undefined)
  return shareOf(none.filter(({ score }) => score >= threshold).length, none.length)
}

function shareText({ rate, lower, upper }: Share): string {
  return `${percent(rate)} (${percent(lower)} to ${percent(upper)})`
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`
}

/** Texts may be quoted, and then hold commas, quotes and line ends (RFC 4180). */
function readQuestions(csv: string): Labelled[] {
  const rows = csv.matchAll(/(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\n]*)),(?<intent>[^,\r\n]+)\r?(?:\n|$)/g)
  return [...rows].slice(1).map(({ groups = {} }) => ({
    text: (groups['quoted']?.replaceAll('""', '"') ?? groups['plain'] ?? '').trim(),
    intent: groups['intent'] ?? '',
  }))
}
