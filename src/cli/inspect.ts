import { type InspectionPoint, inspectionPoints } from '../core/inspection/detection.ts'
import type { DetectorIo } from '../core/inspection/detector-io.ts'
import { type Guardrail, type GuardrailFacts, isElsewhere, type TextPoint } from '../core/inspection/guardrail.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { guardrailPolicy } from '../policy/guardrails/judge.ts'
import { nameOf } from '../policy/guardrails/policy-changes.ts'
import {
  createTextInspection,
  deciders,
  type InspectedText,
  type InspectingConfig,
  type TextDecision,
} from '../server/inspection/inspect-texts.ts'
import { type Command, jsonLine, printable, readArguments, table, UsageError } from './command.ts'
import type { ConfigInUse } from './config-in-use.ts'
import { type FileTexts, fileTexts } from './file-texts.ts'
import { withLocalDetectors } from './local-detectors.ts'

const presetsToTry = deciders.filter((decider) => decider !== 'gateway')

export const inspect: Command = {
  summary: 'run all detectors on a text and tell what they find',
  help: `Usage: portcullis inspect <file|-> [--point <point>] [--preset <name> | --config <file>] [--json]

  Runs every detector that needs no settings on a file, or on the standard input, without a gateway, and tells what
  they find and what would be done. PDF, RTF and office files are read as the gateway reads them. Ends with 1 when it would
  not pass as it is, with 2 when it cannot be read, and with 3 when it would be refused only as a detector could not look.

  --point <point>  where the text stands: ${inspectionPoints.join(', ')}.
                   Default: a file stands where one does that a user attaches, which guardrails of input and of
                   tool-result look at; a text of the standard input stands at input
  --preset <name>  whose guardrails decide: ${presetsToTry.join(', ')}; default balanced
  --config <file>  those of this configuration instead, for a call of
  --ask-remote     also asks the services elsewhere that its guardrails name; else they are left out, which is said
  --workspace, --key, --model   default: of the workspace of the key, else \`default\`
  --json           the result as one JSON object`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      {
        point: { type: 'string' },
        preset: { type: 'string' },
        config: { type: 'string' },
        data: { type: 'string', default: './data' },
        workspace: { type: 'string' },
        key: { type: 'string' },
        model: { type: 'string' },
        'ask-remote': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      1,
    )
    const [file] = positionals
    if (file === undefined) throw new UsageError('Name a file, or - for the standard input.')
    const point = inspectionPoints.find((known) => known === values.point)
    if (point === undefined && values.point !== undefined)
      throw new UsageError(`--point is one of ${inspectionPoints.join(', ')}.`)
    const { config, preset = 'balanced' } = values
    if (config !== undefined && values.preset !== undefined)
      throw new UsageError('Take --preset or --config, not both.')
    const by = config === undefined ? presetsToTry.find((known) => known === preset) : 'gateway'
    if (by === undefined) throw new UsageError(`--preset is one of ${presetsToTry.join(', ')}.`)
    // What reads configurations is most of the program, and a preset needs none of it.
    const inUse = config === undefined ? undefined : await import('./config-in-use.ts')
    const used = config === undefined ? undefined : await inUse?.runnableConfig(config, values.data).catch(unusable)
    const isAsking = values['ask-remote']
    if (isAsking && used === undefined) throw new UsageError('--ask-remote asks whom a configuration names: --config.')
    const configured = used === undefined ? undefined : { ...used.config.guardrails, reachesOf: inUse?.reachesIn(used) }
    const asked = configured === undefined || isAsking ? configured : withoutElsewhere(configured)
    const caller = callerOf(values, used?.config)
    const read = await fileTexts(file)
    const at = textPoint(point, read)
    const look = (outside?: Partial<DetectorIo>): Promise<readonly InspectedText[]> =>
      withLocalDetectors(
        asked === undefined ? [] : [asked],
        (io) =>
          createTextInspection(
            asked,
            io,
          )({
            ...at,
            texts: read.texts.map(({ text }) => text),
            by,
            caller,
          }),
        outside,
      )
    const results =
      isAsking && used !== undefined
        ? await (await import('../server/inspection/ask-elsewhere.ts')).askingElsewhere(
            used.config.secrets,
            process.env,
            look,
          )
        : await look()
    const result = together(read, results)
    if (result === undefined) return 0
    const missing = configured === undefined ? undefined : missingIn(configured, asked, caller)
    process.stdout.write(
      values.json
        ? jsonLine({ ...result, points: pointsOf(at), ...namesIn(missing) })
        : `${shown(read, results, result.decision)}Where it stands: ${pointsOf(at).join(' and ')}.\n${missingText(missing)}`,
    )
    if (result.decision.effect === 'allow') return 0
    return result.decision.fault === undefined ? 1 : 3
  },
}

/** A configuration that is wrong is no verdict on a text. */
function unusable(fault: unknown): never {
  throw new UsageError(fault instanceof Error ? fault.message : String(fault))
}

interface AskedCaller {
  readonly workspace?: string | undefined
  readonly key?: string | undefined
  readonly model?: string | undefined
}

/** Throws `UsageError` for one that nobody knows: it would be judged as somebody else. */
function callerOf(asked: AskedCaller, config: ConfigInUse['config'] | undefined): Omit<GuardrailFacts, 'now'> {
  const { key, workspace, model } = asked
  const option = (['key', 'workspace', 'model'] as const).find((name) => asked[name] !== undefined)
  if (config === undefined && option !== undefined)
    throw new UsageError(
      `--${option} says whose call it would be, which only a configuration tells apart: name one with --config.`,
    )
  const own = config?.keys.find(({ id }) => id === key)
  if (config !== undefined && key !== undefined && own === undefined) checkNamed(key, config)
  if (config !== undefined && workspace !== undefined) warnOfNearest(workspace, config)
  return {
    workspace: workspace ?? own?.workspace ?? 'default',
    key: key ?? '',
    ...(model === undefined ? {} : { model }),
  }
}

/** Keys that were made elsewhere stand in a configuration where something is for them. */
function checkNamed(key: string, { keys, guardrails }: ConfigInUse['config']): void {
  const known = new Set([...keys.map(({ id }) => id), ...callersIn(guardrails).flatMap((one) => one.keys ?? [])])
  if (known.has(key)) return
  const near = nearestNames(key, known, 1)[0]
  const meant = near === undefined ? '.' : `; did you mean "${near}"?`
  throw new UsageError(
    `The configuration knows no key "${key}"${meant} For a key that was made elsewhere, leave --key out and name its --workspace.`,
  )
}

/** Workspaces need not stand in a configuration, but one that is nearly another is judged by what is for all others. */
function warnOfNearest(workspace: string, { keys, workspaces, guardrails }: ConfigInUse['config']): void {
  const known = new Set([
    'default',
    ...workspaces,
    ...keys.map((one) => one.workspace),
    ...callersIn(guardrails).flatMap((one) => one.workspaces ?? []),
  ])
  const near = known.has(workspace) ? undefined : nearestNames(workspace, known, 1)[0]
  if (near !== undefined)
    process.stderr.write(`The configuration knows no workspace "${printable(workspace)}"; did you mean "${near}"?\n`)
}

interface Callers {
  readonly workspaces?: readonly string[] | undefined
  readonly keys?: readonly string[] | undefined
}

function callersIn({ all }: ConfigInUse['config']['guardrails']): readonly Callers[] {
  return all.flatMap(({ scope, exceptions, preset }) => [scope, ...exceptions, ...(preset?.choice.presets ?? [])])
}

/** Without another word a file stands where the gateway has one that a user attaches. */
function textPoint(named: InspectionPoint | undefined, { isFile }: FileTexts): TextPoint {
  if (named !== undefined) return { point: named }
  return isFile ? { point: 'tool-result', also: 'input' } : { point: 'input' }
}

function pointsOf({ point, also }: TextPoint): readonly InspectionPoint[] {
  return also === undefined ? [point] : [also, point]
}

/** Nobody elsewhere is asked, and nobody's silence is taken for a verdict. */
function withoutElsewhere(configured: InspectingConfig): InspectingConfig {
  const detectors = new Map([...configured.detectors].filter(([, detector]) => !isElsewhere(detector)))
  return { ...configured, detectors, all: configured.all.filter(({ detectorKey }) => detectors.has(detectorKey)) }
}

/** Guardrails that have no say in what is told. */
interface Missing {
  /** They ask somebody elsewhere. */
  readonly leftOut: readonly Guardrail[]
  /** They are for other calls. */
  readonly notMeant: readonly Guardrail[]
}

function missingIn(
  configured: InspectingConfig,
  asked: InspectingConfig | undefined,
  caller: Omit<GuardrailFacts, 'now'>,
): Missing {
  const reaches = (caller.model === undefined ? undefined : configured.reachesOf?.(caller.model)) ?? []
  const facts = { ...caller, reaches, now: Date.now() }
  const [meant, others] = [true, false].map((isMeant) =>
    configured.all.filter((one) => guardrailPolicy.applies(one, facts) === isMeant),
  )
  const run = new Set(asked?.all)
  return { leftOut: (meant ?? []).filter((one) => !run.has(one)), notMeant: others ?? [] }
}

function namesIn(missing: Missing | undefined): object {
  return missing === undefined ? {} : { leftOut: missing.leftOut.map(nameOf), notMeant: missing.notMeant.map(nameOf) }
}

function missingText({ leftOut, notMeant }: Missing = { leftOut: [], notMeant: [] }): string {
  // Each call has one preset: of the others their names are enough.
  const others = new Set(
    notMeant.map((one) => (one.preset === undefined ? nameOf(one) : `the preset ${one.preset.name}`)),
  )
  const texts = [
    ...(leftOut.length === 0
      ? []
      : [`Not asked, as they ask somebody elsewhere: ${leftOut.map(nameOf).join(', ')}. --ask-remote asks them.`]),
    ...(others.size === 0
      ? []
      : [`Not for this call: ${[...others].join(', ')}. --workspace, --key and --model say whose call it would be.`]),
  ]
  return texts.map((text) => `\n${text}\n`).join('')
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
  const denied = results.flatMap(({ decision }) => (decision.effect === 'deny' ? [decision.fault] : []))
  const fault = strictest === 'deny' && denied.every((one) => one !== undefined) ? denied[0] : undefined
  const faults = results.flatMap((one) => one.faults ?? [])
  return {
    decision: {
      by,
      effect: strictest === 'redact' ? 'deny' : strictest,
      guardrails: [...new Set(results.flatMap(({ decision }) => decision.guardrails))],
      ...(fault === undefined ? {} : { fault }),
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
      score.toFixed(3),
      ...(isDocument ? [path] : []),
      `${span.start}-${span.end}`,
      JSON.stringify(text.slice(span.start, Math.min(span.end, span.start + MAX_SHOWN))),
    ])
  })
  const head = ['DETECTOR', 'RULE', 'CATEGORY', 'SCORE', ...(isDocument ? ['PATH'] : []), 'SPAN', 'TEXT']
  const found = rows.length === 0 ? 'Nothing was found.\n' : table(head, rows)
  const by = decision.guardrails.length === 0 ? '' : ` (${decision.guardrails.join(', ')})`
  const who = decision.by === 'gateway' ? 'The configuration' : `The preset ${decision.by}`
  const silent = new Set(
    results.flatMap(({ faults = [] }) => faults.map(({ detector, fault }) => `${detector} (${fault})`)),
  )
  const without = silent.size === 0 ? '' : `\nCould not look: ${[...silent].join(', ')}.\n`
  return `${found}\n${who} would ${decision.effect} it${by}.\n${without}`
}
