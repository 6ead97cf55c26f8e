import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { inspectionPoints } from '../core/detection.ts'
import { createTextInspection, deciders, type InspectedText } from '../server/inspection/inspect-texts.ts'
import { type Command, jsonLine, readArguments, table, UsageError } from './command.ts'
import { configInUse } from './config-in-use.ts'

const presetsToTry = deciders.filter((decider) => decider !== 'gateway')

export const inspect: Command = {
  summary: 'run all detectors on a text and tell what they find',
  help: `Usage: portcullis inspect <file|-> [--point <point>] [--preset <name> | --config <file>] [--json]

  Runs every detector that needs no settings on a file, or on the standard input, without a gateway, and tells what
  they find and what would be done. Ends with 1 when the text would not pass as it is.

  --point <point>  where the text stands: ${inspectionPoints.join(', ')}; default input
  --preset <name>  whose guardrails decide: ${presetsToTry.join(', ')}; default balanced
  --config <file>  those of this configuration instead, for a call of
  --workspace, --key, --model   default: of the workspace \`default\`
  --json           the result as one JSON object`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        point: { type: 'string', default: 'input' },
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
    if (point === undefined) throw new UsageError(`--point is one of ${inspectionPoints.join(', ')}.`)
    const text = file === '-' ? await readAll(process.stdin) : await contentOf(file)
    const { config, preset = 'balanced', workspace, key, model } = values
    if (config !== undefined && values.preset !== undefined)
      throw new UsageError('Take --preset or --config, not both.')
    const by = config === undefined ? presetsToTry.find((known) => known === preset) : 'gateway'
    if (by === undefined) throw new UsageError(`--preset is one of ${presetsToTry.join(', ')}.`)
    const configured = config === undefined ? undefined : configInUse(config, values.data).config.guardrails
    const caller = { workspace, key, ...(model === undefined ? {} : { model }) }
    const [result] = await createTextInspection(configured)({ point, texts: [text], by, caller })
    if (result === undefined) return 0
    process.stdout.write(values.json ? jsonLine(result) : shown(text, result))
    return result.decision.effect === 'allow' ? 0 : 1
  },
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (fault) {
    throw new UsageError(`${file} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`)
  }
}

const MAX_SHOWN = 60

function shown(text: string, { decision, findings }: InspectedText): string {
  const rows = findings.map(({ detector, rule, category, score, span }) => [
    detector,
    rule,
    category,
    score.toFixed(2),
    `${span.start}-${span.end}`,
    JSON.stringify(text.slice(span.start, Math.min(span.end, span.start + MAX_SHOWN))),
  ])
  const found =
    rows.length === 0 ? 'Nothing was found.\n' : table(['DETECTOR', 'RULE', 'CATEGORY', 'SCORE', 'SPAN', 'TEXT'], rows)
  const by = decision.guardrails.length === 0 ? '' : ` (${decision.guardrails.join(', ')})`
  const who = decision.by === 'gateway' ? 'The configuration' : `The preset ${decision.by}`
  return `${found}\n${who} would ${decision.effect} it${by}.\n`
}
