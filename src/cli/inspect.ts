import { inspectionPoints } from '../core/inspection/detection.ts'
import {
  createTextInspection,
  deciders,
  type InspectedText,
  type TextDecision,
} from '../server/inspection/inspect-texts.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { reachesIn, runnableConfig } from './config-in-use.ts'
import { type FileTexts, fileTexts } from './file-texts.ts'
import { withLocalDetectors } from './local-detectors.ts'

const presetsToTry = deciders.filter((decider) => decider !== 'gateway')

export const inspect: Command = {
  summary: 'run all detectors on a text and tell what they find',
  help: `Usage: portcullis inspect <file|-> [--point <point>] [--preset <name> | --config <file>] [--json]

  Runs every detector that needs no settings on a file, or on the standard input, without a gateway, and tells what
  they find and what would be done. PDF and office files are read as the gateway reads them. Ends with 1 when it would
  not pass as it is, and with 2 when it cannot be read.

  --point <point>  where the text stands: ${inspectionPoints.join(', ')}; default input,
                   of a document tool-result
  --preset <name>  whose guardrails decide: ${presetsToTry.join(', ')}; default balanced
  --config <file>  those of this configuration instead, for a call of
  --workspace, --key, --model   default: of the workspace \`default\`
  --json           the result as one JSON object`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        point: { type: 'string' },
        preset: { type: 'string' },
        config: { type: 'string' },
        data: { type: 'string', default: './data' },
        workspace: { type: 'string', default: 'default' },
        key: { type: 'string', default: '' },
        model: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      1,
    )
    const [file] = positionals
    if (file === undefined) throw new UsageError('Name a file, or - for the standard input.')
    const point = inspectionPoints.find((known) => known === values.point)
    if (point === undefined && values.point !== undefined)
      throw new UsageError(`--point is one of ${inspectionPoints.join(', ')}.`)
    const { config, preset = 'balanced', workspace, key, model } = values
    if (config !== undefined && values.preset !== undefined)
      throw new UsageError('Take --preset or --config, not both.')
    const by = config === undefined ? presetsToTry.find((known) => known === preset) : 'gateway'
    if (by === undefined) throw new UsageError(`--preset is one of ${presetsToTry.join(', ')}.`)
    const used = config === undefined ? undefined : await runnableConfig(config, values.data)
    const configured = used === undefined ? undefined : { ...used.config.guardrails, reachesOf: reachesIn(used) }
    const caller = { workspace, key, ...(model === undefined ? {} : { model }) }
    const read = await fileTexts(file)
    const results = await withLocalDetectors(configured === undefined ? [] : [configured], (io) =>
      createTextInspection(
        configured,
        io,
      )({
        point: point ?? (read.isDocument ? 'tool-result' : 'input'),
        texts: read.texts.map(({ text }) => text),
        by,
        caller,
      }),
    )
    const result = together(read, results)
    if (result === undefined) return 0
    process.stdout.write(values.json ? jsonLine(result) : shown(read, results, result.decision))
    return result.decision.effect === 'allow' ? 0 : 1
  },
}

interface InspectedFile extends InspectedText {
  /** `path`: of a document. */
  readonly findings: readonly (InspectedText['findings'][number] & { readonly path?: string })[]
}

const effects: readonly TextDecision['effect'][] = ['allow', 'redact', 'answer', 'ask', 'deny']

/** Of a document the strictest of what was decided on its texts; nothing of it can be written anew. */
function together({ texts, isDocument }: FileTexts, results: readonly InspectedText[]): InspectedFile | undefined {
  const [first] = results
  if (first === undefined || !isDocument) return first
  const strictest = effects.findLast((effect) => results.some(({ decision }) => decision.effect === effect)) ?? 'allow'
  const { by, policyVersion } = first.decision
  const faults = results.flatMap((one) => one.faults ?? [])
  return {
    decision: {
      by,
      effect: strictest === 'redact' ? 'deny' : strictest,
      guardrails: [...new Set(results.flatMap(({ decision }) => decision.guardrails))],
      policyVersion,
    },
    findings: results.flatMap(({ findings }, index) =>
      findings.map((finding) => ({ ...finding, path: texts[index]?.path ?? '' })),
    ),
    ...(faults.length === 0 ? {} : { faults }),
  }
}

const MAX_SHOWN = 60

function shown(
  { texts, isDocument }: FileTexts,
  results: readonly InspectedText[],
  decision: InspectedText['decision'],
): string {
  const rows = results.flatMap(({ findings }, index) => {
    const { path, text } = texts[index] ?? { path: '', text: '' }
    return findings.map(({ detector, rule, category, score, span }) => [
      detector,
      rule,
      category,
      score.toFixed(2),
      ...(isDocument ? [path] : []),
      `${span.start}-${span.end}`,
      JSON.stringify(text.slice(span.start, Math.min(span.end, span.start + MAX_SHOWN))),
    ])
  })
  const head = ['DETECTOR', 'RULE', 'CATEGORY', 'SCORE', ...(isDocument ? ['PATH'] : []), 'SPAN', 'TEXT']
  const found = rows.length === 0 ? 'Nothing was found.\n' : table(head, rows)
  const by = decision.guardrails.length === 0 ? '' : ` (${decision.guardrails.join(', ')})`
  const who = decision.by === 'gateway' ? 'The configuration' : `The preset ${decision.by}`
  const silent = new Set(results.flatMap(({ faults = [] }) => faults.map(({ detector }) => detector)))
  const without =
    silent.size === 0
      ? ''
      : `\nWithout a word of ${[...silent].join(', ')}: services elsewhere are not asked here. POST /api/v1/inspect of a running gateway asks them.\n`
  return `${found}\n${who} would ${decision.effect} it${by}.\n${without}`
}
