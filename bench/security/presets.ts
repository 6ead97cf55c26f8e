/** How often presets touch ordinary texts. */
import { join } from 'node:path'
import type { InspectionPoint } from '../../src/core/inspection/detection.ts'
import { createInspector } from '../../src/gateway/inspection/inspector.ts'
import { guardrailPolicy } from '../../src/policy/guardrails/judge.ts'
import { guardrailConfig } from '../../src/server/config/compile-guardrails.ts'
import { type Evaluate, type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'

interface Row {
  readonly text: string
  readonly kind: string
  readonly source: string
}

/** What models say, or are given to read; all other rows are what people ask. */
const pointOfKind: Readonly<Record<string, InspectionPoint>> = {
  benign_output: 'output',
  benign_doc: 'tool-result',
  clean: 'tool-result',
}

export const evaluate: Evaluate = async (dataFolder) => {
  const rows = readJsonLines<Row>(join(dataFolder, 'injection/benign.jsonl'))
  const groups = Map.groupBy(rows, ({ kind, source }) => `${source} (${pointOfKind[kind] ?? 'input'})`)
  const tables: EvaluationTable[] = []
  for (const preset of ['balanced', 'strict', 'regulated'] as const) {
    const counted = await Promise.all(
      Array.from(groups, async ([name, group]) => {
        const texts = group.map(({ text, kind }) => ({ text, point: pointOfKind[kind] ?? 'input' }))
        return [name, texts.length, await effects(preset, texts)] as const
      }),
    )
    tables.push({
      title: `The preset \`${preset}\` on ordinary texts`,
      about:
        'How many would be refused, and in how many something would be taken out. Parts of these sources were among those that the model of prompt injections was trained on: its false alarms on sources that it never saw are in its own table. Names and addresses that really stand in a text are rightly taken out.',
      columns: ['source (point)', 'texts', 'refused', 'redacted'],
      rows: counted.map(([name, total, { refused, redacted }]) => [
        name,
        total,
        shareText(refused, total),
        shareText(redacted, total),
      ]),
    })
  }
  return tables
}

export async function effects(
  preset: 'balanced' | 'strict' | 'regulated',
  texts: readonly { readonly text: string; readonly point: InspectionPoint }[],
): Promise<{ readonly refused: number; readonly redacted: number }> {
  const guardrails = guardrailConfig({ entries: [], inspection: { preset } }, {}, () => undefined)
  const inspector = createInspector({
    guardrails,
    policy: guardrailPolicy,
    clock: () => performance.now(),
    isAlone: true,
  })
  const facts = { workspace: 'default', key: '', model: '', now: 0 }
  let refused = 0
  let redacted = 0
  for (const { text, point } of texts) {
    const { effect } = await inspector.inspect([{ text, point, place: null }], guardrails.all, { id: '', facts })
    if (effect.kind === 'deny' || effect.kind === 'ask') refused++
    else if (effect.kind === 'redact') redacted++
  }
  return { refused, redacted }
}
