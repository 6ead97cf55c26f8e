/**
 * Measures how often the semantic cache gives a wrong answer, and chooses a threshold:
 * `npm run eval:semantic-cache -- --data <banking77_train.csv> [--embedder <name>] [--config <portcullis.yaml>] [--write]`.
 *
 * `--embedder` is a folder with a model, or `account/model` of the configuration; the built-in one without it. `--write` makes its
 * threshold the calibrated one.
 *
 * The file is `banking_data/train.csv` of github.com/PolyAI-LDN/task-specific-datasets (Casanueva et al., 2020, CC BY 4.0). Its
 * questions are all of one topic and have 77 intents: a question is looked up among those of other intents, where each hit is a
 * false one, and among the others of its own. Half of the intents choose the threshold, the other half is reported.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lexical } from '../src/catalog/embedders/lexical.ts'
import { type Share, shareOf } from './binomial.ts'
import { chosenEmbedder } from './chosen-embedder.ts'
import { type QuestionPair, questionPairs } from './question-pairs.ts'
import { type Ask, asked, askedWith, emptyIndex, entryWith } from './semantic-lookup.ts'

type Split = 'tuning' | 'held-out'

interface Labelled {
  readonly text: string
  readonly intent: string
}

/** What lookups of one source gave: the best score of each, or 0. */
interface Measured {
  readonly source: string
  /** Where no right answer was kept. */
  readonly falseScores: readonly number[]
  /** Where a right one was. */
  readonly hitScores: readonly number[]
  /** Of the nearest of all, with whether it was a wrong one. */
  readonly mixed?: readonly { readonly score: number; readonly isWrong: boolean }[]
}

const maxFalseHits = 0.01
/** Below it hardly a hit is gained, and what other topics are like nobody has measured. */
const least = 0.6
const thresholds = Array.from({ length: 40 }, (_, index) => (least * 100 + index) / 100)

if (import.meta.main) await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      embedder: { type: 'string', default: 'lexical' },
      config: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  if (values.data === undefined) {
    console.error(
      'Name the file of banking77 with --data <banking_data/train.csv of github.com/PolyAI-LDN/task-specific-datasets>.',
    )
    process.exitCode = 2
    return
  }
  const questions = readQuestions(readFileSync(values.data, 'utf8'))
  const isBuiltIn = values.embedder === 'lexical'
  const { embedder, close } = chosenEmbedder(values.embedder, values.config)
  const pairs = [...questionPairs('tuning'), ...questionPairs('held-out')]
  const texts = [...questions.map(({ text }) => text), ...pairs.flatMap(({ a, b }) => [a, b])]
  const ask = isBuiltIn ? asked : await askedWith(embedder, texts)
  await close()
  const measured = (split: Split): Measured[] => [
    measureIntents(
      questions.filter(({ intent }) => splitOf(intent) === split),
      ask,
    ),
    measurePairs(questionPairs(split), ask),
  ]
  const threshold = chosen(measured('tuning'))
  if (threshold === undefined) {
    console.error(
      `No threshold below 1 has at most ${percent(maxFalseHits)} false hits with the embedder ${embedder.id}.`,
    )
    process.exitCode = 1
    return
  }
  const heldOut = measured('held-out')
  console.log(
    `embedder ${embedder.id}, threshold ${threshold}: the least from ${least} on at which each source of the tuning half has at most`,
  )
  console.log(
    `${percent(maxFalseHits)} false hits by the upper end of its 95 % interval (Clopper-Pearson). Held-out half:\n`,
  )
  console.log(
    '| source | false hits, where no right answer is kept | hits, where one is | wrong among all hits |\n|---|---|---|---|',
  )
  for (const source of heldOut) console.log(rowOf(source, threshold))
  console.log('\nbanking77 by threshold:\n\n| threshold | false hits | hits |\n|---|---|---|')
  const [intents] = heldOut
  for (const at of [0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    console.log(
      `| ${at} | ${shareText(above(intents?.falseScores, at))} | ${shareText(above(intents?.hitScores, at))} |`,
    )
  printKinds(questionPairs('held-out'), threshold, ask)
  if (values.write && isBuiltIn) write(threshold, heldOut)
}

function chosen(sources: readonly Measured[]): number | undefined {
  return thresholds.find((at) => sources.every(({ falseScores }) => above(falseScores, at).upper <= maxFalseHits))
}

/** Each question among those of other intents, among the others of its own, and among all others. */
function measureIntents(questions: readonly Labelled[], ask: Ask): Measured {
  const index = emptyIndex()
  for (const [place, { text, intent }] of questions.entries())
    index.keep(ask(text), String(place), entryWith([intent, text]))
  const falseScores: number[] = []
  const hitScores: number[] = []
  const mixed: { score: number; isWrong: boolean }[] = []
  for (const { text, intent } of questions) {
    const question = ask(text)
    const best = (accepts: (intent: string | undefined) => boolean): number =>
      // The very same text is what the exact cache answers.
      index.find(question, 0.5, ({ tags }) => tags[1] !== text && accepts(tags[0]))?.score ?? 0
    const right = best((its) => its === intent)
    const wrong = best((its) => its !== intent)
    hitScores.push(right)
    falseScores.push(wrong)
    mixed.push({ score: Math.max(right, wrong), isWrong: wrong > right })
  }
  return { source: 'banking77', falseScores, hitScores, mixed }
}

function measurePairs(pairs: readonly QuestionPair[], ask: Ask): Measured {
  const scores = (isSame: boolean): number[] =>
    pairs.filter((pair) => pair.isSame === isSame).map((pair) => pairScore(pair, ask))
  return { source: 'own templates', falseScores: scores(false), hitScores: scores(true) }
}

export function pairScore({ a, b }: QuestionPair, ask: Ask = asked): number {
  const index = emptyIndex(1)
  index.keep(ask(a), 'a', entryWith([]))
  return index.find(ask(b), 0.5, () => true)?.score ?? 0
}

function printKinds(pairs: readonly QuestionPair[], threshold: number, ask: Ask): void {
  console.log('\nown templates by kind, at the threshold:\n\n| kind | the same | pairs | hits |\n|---|---|---|---|')
  for (const [kind, group] of Object.entries(
    Object.groupBy(pairs, ({ kind: its, isSame }) => `${its} | ${isSame ? 'yes' : 'no'}`),
  )) {
    const scores = (group ?? []).map((pair) => pairScore(pair, ask))
    console.log(`| ${kind} | ${scores.length} | ${scores.filter((score) => score >= threshold).length} |`)
  }
}

function rowOf({ source, falseScores, hitScores, mixed }: Measured, threshold: number): string {
  const hits = mixed?.filter(({ score }) => score >= threshold)
  const wrong = hits === undefined ? '' : shareText(shareOf(hits.filter(({ isWrong }) => isWrong).length, hits.length))
  return `| ${source} | ${shareText(above(falseScores, threshold))} | ${shareText(above(hitScores, threshold))} | ${wrong} |`
}

function above(scores: readonly number[] | undefined, threshold: number): Share {
  return shareOf(scores?.filter((score) => score >= threshold).length ?? 0, scores?.length ?? 0)
}

function shareText({ count, total, rate, lower, upper }: Share): string {
  return `${percent(rate)} (${percent(lower)} to ${percent(upper)}; ${count} of ${total})`
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(2)} %`
}

/** By the letters of its name, so that it is the same in each run. */
function splitOf(intent: string): Split {
  let sum = 0
  for (const letter of intent) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521
  return sum % 2 === 0 ? 'tuning' : 'held-out'
}

/** Texts may be quoted, and then hold commas, quotes and line ends (RFC 4180). */
function readQuestions(csv: string): Labelled[] {
  const rows = csv.matchAll(/(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\n]*)),(?<intent>[^,\r\n]+)\r?(?:\n|$)/g)
  return [...rows].slice(1).map(({ groups = {} }) => ({
    text: (groups['quoted']?.replaceAll('""', '"') ?? groups['plain'] ?? '').trim(),
    intent: groups['intent'] ?? '',
  }))
}

function write(threshold: number, heldOut: readonly Measured[]): void {
  const rates = Object.fromEntries(
    heldOut.map(({ source, falseScores, hitScores }) => {
      const { rate, upper, total } = above(falseScores, threshold)
      const hits = above(hitScores, threshold)
      const rounded = (value: number): number => Math.round(value * 1e5) / 1e5
      return [
        source,
        { falseHits: rounded(rate), upperBound: rounded(upper), lookups: total, hits: rounded(hits.rate) },
      ]
    }),
  )
  const content = `// Written by bench/eval-semantic-cache.ts. Do not edit.

/** What was measured for the built-in embedder on held-out questions: docs/guides/cache.md says how. */
export const calibration = ${JSON.stringify({ embedder: lexical.id, threshold, heldOut: rates }, undefined, 2)} as const
`
  writeFileSync(new URL('../src/catalog/embedders/calibration.generated.ts', import.meta.url), content)
}
