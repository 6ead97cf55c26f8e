import { detectors } from '../../catalog/detectors.generated.ts'
import type { ConversationContext, InspectionPoint } from '../../core/detection.ts'
import { type DetectorIo, offline } from '../../core/detector-io.ts'
import type { CompiledDetector, DetectorFault, Guardrail, Guardrails, LocatedFinding } from '../../core/guardrail.ts'
import { connectedTo } from '../../core/guardrail.ts'
import { createInspector, type InspectedTexts, type Inspector } from '../../gateway/inspection/inspector.ts'
import { createRedactor, edited } from '../../gateway/inspection/redactor.ts'
import { guardrailPolicy } from '../../policy/guardrails/judge.ts'
import { type GuardrailConfig, guardrailConfig, withSettings } from '../config/compile-guardrails.ts'

export interface InspectedText {
  readonly decision: TextDecision
  /** Of all detectors, whatever is configured; where a text is read in several ways, once. */
  readonly findings: readonly Omit<LocatedFinding, 'path'>[]
  /** Detectors that did not come to an end: what they would have found is not known. */
  readonly faults?: readonly { readonly detector: string; readonly fault: DetectorFault }[]
}

export interface TextDecision {
  readonly effect: 'allow' | 'redact' | 'answer' | 'ask' | 'deny'
  /** Guardrails of the preset that found something. */
  readonly guardrails: readonly string[]
  /** What would go on in place of the text. */
  readonly text?: string
  readonly policyVersion: string
}

export interface InspectRequest {
  readonly point: InspectionPoint
  readonly texts: readonly string[]
  readonly conversation?: ConversationContext
}

/** Runs every detector that can run, and tells what the preset `balanced` would do if it were enforced. */
export function createTextInspection(
  configured?: Pick<GuardrailConfig, 'detectors'>,
  io: DetectorIo = offline,
): (request: InspectRequest) => Promise<readonly InspectedText[]> {
  const balanced = guardrailConfig({ entries: [], inspection: { preset: 'balanced' } }, {}, () => undefined)
  const all = new Map<string, CompiledDetector>([
    ...usualDetectors(),
    ...(configured === undefined ? [] : connectedTo(configured, io).detectors),
    ...balanced.detectors,
  ])
  const watchers = Array.from(all.values(), watcherOf)
  const guardrails: Guardrails = { ...balanced, all: [...balanced.all, ...watchers], detectors: all, timeoutMs: 30_000 }
  const inspector = createInspector({ guardrails, policy: guardrailPolicy, clock: () => performance.now() })
  return async ({ point, texts, conversation }) => {
    const results: InspectedText[] = []
    for (const text of texts) {
      const seen = await looked(inspector, guardrails, { point, text, conversation })
      const faults = faultsIn(seen)
      results.push({
        decision: decisionOn(text, seen, guardrails, balanced.hashKey),
        findings: findingsIn(seen),
        ...(faults.length === 0 ? {} : { faults }),
      })
    }
    return results
  }
}

/** The same beside the detectors of the configuration in use; made when it is first asked for. */
export function inspectionOf(
  configured: () => GuardrailConfig,
  io: DetectorIo,
): ReturnType<typeof createTextInspection> {
  let made: { readonly of: GuardrailConfig; readonly inspect: ReturnType<typeof createTextInspection> } | undefined
  return (request) => {
    const now = configured()
    if (made?.of !== now) made = { of: now, inspect: createTextInspection(now, io) }
    return made.inspect(request)
  }
}

/** Those that need no settings. */
function usualDetectors(): readonly (readonly [string, CompiledDetector])[] {
  return Object.values(detectors).flatMap((detector) => {
    if (detector.destination !== undefined) return []
    const settings = detector.settings.safeParse({})
    return settings.success
      ? [[`${detector.id}:usual`, withSettings(detector, settings.data, `${detector.id}:usual`)]]
      : []
  })
}

/** Lets everything pass and counts everything. */
function watcherOf({ key, id, points }: CompiledDetector): Guardrail {
  return {
    id: `${watching}${key}`,
    detector: id,
    detectorKey: key,
    points,
    state: 'shadow',
    action: 'allow',
    redaction: 'mask',
    threshold: 0,
    scope: {},
    exceptions: [],
  }
}
/** No guardrail of a file has such an id. */
const watching = '?'

async function looked(
  inspector: Inspector,
  { all }: Guardrails,
  {
    point,
    text,
    conversation,
  }: { readonly point: InspectionPoint; readonly text: string; readonly conversation: ConversationContext | undefined },
): Promise<InspectedTexts> {
  const facts = { workspace: '', key: '', model: '', now: Date.now() }
  return await inspector.inspect([{ text, point, place: null }], all, {
    id: '',
    facts,
    ...(conversation === undefined ? {} : { conversation }),
  })
}

function faultsIn({ texts }: InspectedTexts): NonNullable<InspectedText['faults']> {
  return texts
    .flatMap(({ judgements }) => judgements)
    .flatMap(({ guardrail, fault }) =>
      fault === undefined || !guardrail.id.startsWith(watching) ? [] : [{ detector: guardrail.detector, fault }],
    )
}

function findingsIn({ texts }: InspectedTexts): InspectedText['findings'] {
  const found = new Map<string, Omit<LocatedFinding, 'path'>>()
  for (const { guardrail, findings } of texts.flatMap(({ judgements }) => judgements)) {
    if (!guardrail.id.startsWith(watching)) continue
    for (const finding of findings) {
      const key = `${guardrail.detector} ${finding.rule} ${finding.span.start} ${finding.span.end}`
      if ((found.get(key)?.score ?? 0) < finding.score) found.set(key, { detector: guardrail.detector, ...finding })
    }
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start || b.score - a.score)
}

function decisionOn(
  text: string,
  { effect, texts }: InspectedTexts,
  { version }: Guardrails,
  hashKey: Uint8Array,
): TextDecision {
  const judgements = texts
    .flatMap((one) => one.judgements)
    .filter(({ guardrail }) => !guardrail.id.startsWith(watching))
  const guardrails = judgements.filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
  const redacted =
    effect.kind === 'redact' ? createRedactor(hashKey).edits(text, guardrailPolicy.redactedIn(judgements)) : []
  return {
    effect: effect.kind,
    guardrails: guardrails.map(({ guardrail }) => guardrail.id),
    ...(redacted.length === 0 ? {} : { text: edited(text, redacted) }),
    policyVersion: version,
  }
}
