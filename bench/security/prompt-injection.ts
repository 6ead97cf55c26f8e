/** Prompt injection: each source is judged by a detector whose model was trained without the source and all that resembles it. */
import { createDetect } from '../../src/catalog/detectors/prompt-injection/detect.ts'
import { rules } from '../../src/catalog/detectors/prompt-injection/rule-categories.ts'
import type { Detect } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { presetEntries } from '../../src/server/config/guardrail-presets.ts'
import { attacksInside, heldLongPrompts, longPrompts } from '../injection/long-prompts.ts'
import { foldModels, heldSamples, readCorpus, stored, thresholdsOf } from '../injection/model-training.ts'
import type { PublicSample } from '../injection/public-samples.ts'
import { areaUnderCurve, type Evaluate, type EvaluationTable, shareText } from './evaluation.ts'

/** What the preset asks for before it refuses what a user writes. */
const ofBalanced = presetEntries('balanced').find(({ id }) => id === 'prompt-injection')?.thresholds?.input ?? 0.5

interface Judged {
  readonly sample: PublicSample
  readonly score: number
}

export const evaluate: Evaluate = async (dataFolder) => {
  const corpus = readCorpus(dataFolder)
  const prompts = foldModels(corpus, 'prompt')
  const documents = foldModels(corpus, 'document')
  const thresholds = {
    prompt: thresholdsOf(corpus, 'prompt', prompts),
    document: thresholdsOf(corpus, 'document', documents),
  }
  const long = longPrompts(dataFolder, corpus.shared)
  const inPrompts: Judged[] = []
  const inLong: Judged[] = []
  const inDocuments: Judged[] = []
  for (const [index, { fold, model }] of prompts.entries()) {
    const other = documents[index]?.model ?? model
    const detect = createDetect(rules, {
      prompt: stored(model, thresholds.prompt, 'prompt'),
      document: stored(other, thresholds.document, 'document'),
    })
    inPrompts.push(...(await judged(detect, heldSamples(corpus, 'prompt', fold), 'input')))
    const ordinary = heldLongPrompts(long, index)
    inPrompts.push(...(await judged(detect, ordinary, 'input')))
    inLong.push(...(await judged(detect, attacksInside(ordinary, heldSamples(corpus, 'prompt', fold)), 'input')))
    inDocuments.push(...(await judged(detect, heldSamples(corpus, 'document', fold), 'tool-result')))
  }
  return [
    table('Prompt injection in prompts (`input`)', inPrompts, ofBalanced),
    insideTable(inLong),
    table('Prompt injection in what is read on the way (`tool-result`)', inDocuments),
  ]
}

async function judged(
  detect: Detect,
  samples: readonly PublicSample[],
  point: 'input' | 'tool-result',
): Promise<Judged[]> {
  const found: Judged[] = []
  for (const sample of samples) {
    const findings = await detect(inspectedText(sample.text), { point })
    found.push({ sample, score: Math.max(0, ...findings.map(({ score }) => score)) })
  }
  return found
}

function insideTable(all: readonly Judged[]): EvaluationTable {
  const { rows, columns } = table('', all, ofBalanced)
  const kept = columns.flatMap((name, index) => (/^(?:source|texts|caught)/.test(name) ? [index] : []))
  return {
    title: 'Short attacks inside of long ordinary prompts (`input`)',
    about: `Attacks of less than 400 characters between two sentences of the long ordinary prompts above. One suspect sentence among many counts
less than one that stands alone, or most long prompts would have one: here is what that costs.`,
    columns: kept.map((index) => columns[index] ?? ''),
    rows: rows.map((row) => kept.map((index) => row[index] ?? '')),
  }
}

/** `preset`: what else is asked for, by a preset that refuses only what is surer. */
function table(title: string, all: readonly Judged[], preset?: number): EvaluationTable {
  const ordinary = all.filter(({ sample }) => !sample.isAttack).map(({ score }) => score)
  const sources = Map.groupBy(
    all,
    ({ sample }) => `${sample.source.replace(/^synth:ml_.*/, 'synth:ml').split('/')[0]}|${sample.isAttack}`,
  )
  const thresholds = [0.5, ...(preset === undefined ? [] : [preset])]
  const rows = [...sources]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, list]) => {
      const [source = '', isAttack] = key.split('|')
      const scores = list.map(({ score }) => score)
      const shares = thresholds.map((least) => shareText(scores.filter((score) => score >= least).length, list.length))
      const none = thresholds.map(() => '')
      return isAttack === 'true'
        ? [source, list.length, ...shares, ...none, areaUnderCurve(scores, ordinary).toFixed(3)]
        : [source, list.length, ...none, ...shares, '']
    })
  const columnsOf = (name: string): string[] => [name, ...(preset === undefined ? [] : [`${name} in balanced`])]
  return {
    title,
    about: `The whole detector at a score of 0.5${preset === undefined ? '' : `, and at ${preset}, from which \`balanced\` refuses`}. Rows of attacks say how many were caught, rows of ordinary texts how many were flagged. \`synth:*\` are
templates of another hand than those that the model learns from, but of the same kind. \`ASB:attack_tools\` are requests that an
ordinary user might make. \`long:*\` are ordinary prompts of 300 to 1,200 words. Many of the jailbreaks seen in the wild are plain role-play. Areas under the curve count texts without a finding
(score below 0.3) as equal. Each source is judged by models that saw neither it nor sources that resemble it, nor attacks of others that
share much text with it. The thresholds were chosen on the ordinary texts of these sources, by the same models.`,
    columns: ['source', 'texts', ...columnsOf('caught'), ...columnsOf('flagged by mistake'), 'area under the curve'],
    rows,
  }
}
