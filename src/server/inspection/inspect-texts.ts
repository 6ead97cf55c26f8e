import { detectors } from '../../catalog/detectors.generated.ts'
import type { ConversationContext, InspectionPoint } from '../../core/inspection/detection.ts'
import { type DetectorIo, offline } from '../../core/inspection/detector-io.ts'
import type {
  CompiledDetector,
  DetectorFault,
  Guardrail,
  GuardrailFacts,
  Guardrails,
  LocatedFinding,
  TextPoint,
} from '../../core/inspection/guardrail.ts'
import { connectedTo } from '../../core/inspection/guardrail.ts'
import { shownScore } from '../../core/inspection/shown-score.ts'
import { createInspector, type InspectedTexts, type Inspector } from '../../gateway/inspection/inspector.ts'
import { createRedactor, edited } from '../../gateway/inspection/redactor.ts'
import { guardrailPolicy } from '../../policy/guardrails/judge.ts'
import type { Resolver } from '../../registry/resolve-model.ts'
import type { CompiledConfig } from '../config/compile.ts'
import { type GuardrailConfig, guardrailConfig, withSettings } from '../config/compile-guardrails.ts'
import { guardedModels, type ReachesOf } from './guarded-models.ts'

export interface InspectedText {
  readonly decision: TextDecision
  /** Of all detectors, whatever is configured; where a text is read in several ways, once. */
  readonly findings: readonly Omit<LocatedFinding, 'path'>[]
  /** Detectors that did not come to an end: what they would have found is not known. */
  readonly faults?: readonly { readonly detector: string; readonly fault: DetectorFault }[]
}

/** Whose guardrails decide: a preset, or those of the gateway as they stand. */
export const deciders = ['observe', 'balanced', 'strict', 'regulated', 'gateway'] as const
export type Decider = (typeof deciders)[number]

export interface TextDecision {
  readonly by: Decider
  readonly effect: 'allow' | 'redact' | 'answer' | 'ask' | 'deny'
  /** Those of its guardrails that found something, in shadow too. */
  readonly guardrails: readonly string[]
  /** What would go on in place of the text. */
  readonly text?: string
  /** It would be refused for this alone: a detector could not look, and nobody knows what it would have said. */
  readonly fault?: DetectorFault
  readonly policyVersion: string
}

export interface InspectRequest extends TextPoint {
  readonly texts: readonly string[]
  readonly conversation?: ConversationContext
  /** Default `balanced`. */
  readonly by?: Decider
  /** Whose call it would be, for `gateway`. */
  readonly caller?: Omit<GuardrailFacts, 'now'>
}

/** Guardrails, and how the names of models are read beside them. */
export interface InspectingConfig extends GuardrailConfig {
  readonly reachesOf: ReachesOf | undefined
}

/** Runs every detector that can run, and tells what would be done. */
export function createTextInspection(
  configured?: InspectingConfig,
  io: DetectorIo = offline,
): (request: InspectRequest) => Promise<readonly InspectedText[]> {
  const made = new Map<Decider, Deciding>()
  const decidingBy = (by: Decider): Deciding => {
    const known = made.get(by)
    if (known !== undefined) return known
    const fresh = deciding(by, configured, io)
    made.set(by, fresh)
    return fresh
  }
  return async ({ point, also, texts, conversation, by = 'balanced', caller = nobody }) => {
    const { inspector, guardrails, hashKey } = decidingBy(by)
    const reaches = (caller.model === undefined ? undefined : configured?.reachesOf?.(caller.model)) ?? []
    const facts = { ...caller, reaches, now: Date.now() }
    const all = by === 'gateway' ? withoutThoseOfOthers(guardrails.all, facts) : guardrails.all
    const results: InspectedText[] = []
    for (const text of texts) {
      const seen = await looked(inspector, all, { point, also, text, conversation, facts })
      const faults = faultsIn(seen)
      results.push({
        decision: { by, ...decisionOn(text, seen, guardrails, hashKey) },
        findings: findingsIn(seen),
        ...(faults.length === 0 ? {} : { faults }),
      })
    }
    return results
  }
}

const nobody: Omit<GuardrailFacts, 'now'> = { workspace: '', key: '', model: '' }

interface Deciding {
  readonly inspector: Inspector
  readonly guardrails: Guardrails
  readonly hashKey: Uint8Array
}

/** The guardrails that decide, and beside them all detectors that only tell what they find. */
function deciding(by: Decider, configured: GuardrailConfig | undefined, io: DetectorIo): Deciding {
  const preset = by === 'gateway' ? 'off' : by
  const ofPreset = guardrailConfig({ entries: [], inspection: { preset } }, {}, () => undefined)
  const own = configured === undefined ? undefined : connectedTo(configured, io)
  const policy = by === 'gateway' && own !== undefined ? own : ofPreset
  const detectors = new Map<string, CompiledDetector>([
    ...usualDetectors(),
    ...(own?.detectors ?? []),
    ...ofPreset.detectors,
  ])
  const watchers = Array.from(detectors.values(), watcherOf)
  const guardrails: Guardrails = {
    ...policy,
    all: [...policy.all, ...watchers],
    detectors,
    timeoutMs: 30_000,
    ...(own?.ownKeys === undefined ? {} : { ownKeys: own.ownKeys }),
  }
  const inspector = createInspector({ guardrails, policy: guardrailPolicy, clock: () => performance.now() })
  return { inspector, guardrails, hashKey: policy.hashKey }
}

/** The same beside the detectors of the configuration in use; made when it is first asked for. */
export function inspectionOf(
  configured: () => Pick<CompiledConfig, 'guardrails' | 'aliases'>,
  resolver: () => Pick<Resolver, 'resolve'>,
  io: DetectorIo,
): ReturnType<typeof createTextInspection> {
  let made: { readonly of: GuardrailConfig; readonly inspect: ReturnType<typeof createTextInspection> } | undefined
  return (request) => {
    const { guardrails, aliases } = configured()
    if (made?.of !== guardrails) {
      const reachesOf = guardedModels(guardrails.all, { ...resolver(), aliases: Object.keys(aliases) })
      made = { of: guardrails, inspect: createTextInspection({ ...guardrails, reachesOf }, io) }
    }
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
  all: readonly Guardrail[],
  {
    point,
    also,
    text,
    conversation,
    facts,
  }: {
    readonly point: InspectionPoint
    readonly also: InspectionPoint | undefined
    readonly text: string
    readonly conversation: ConversationContext | undefined
    readonly facts: GuardrailFacts
  },
): Promise<InspectedTexts> {
  return await inspector.inspect([{ text, point, ...(also === undefined ? {} : { also }), place: null }], all, {
    id: '',
    facts,
    ...(conversation === undefined ? {} : { conversation }),
  })
}

/** What is found by detectors that only guardrails for other calls have would look as if it held for this one. */
function withoutThoseOfOthers(all: readonly Guardrail[], facts: GuardrailFacts): readonly Guardrail[] {
  const own = all.filter(({ id }) => !id.startsWith(watching))
  const [meant, others] = [true, false].map((isMeant) => {
    const some = own.filter((guardrail) => guardrailPolicy.applies(guardrail, facts) === isMeant)
    return new Set(some.map(({ detectorKey }) => detectorKey))
  })
  return all.filter(({ detectorKey }) => meant?.has(detectorKey) === true || others?.has(detectorKey) !== true)
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
  return [...found.values()]
    .sort((a, b) => a.span.start - b.span.start || b.score - a.score)
    .map((finding) => ({ ...finding, score: shownScore(finding.score) }))
}

function decisionOn(
  text: string,
  { effect, texts }: InspectedTexts,
  { version }: Guardrails,
  hashKey: Uint8Array,
): Omit<TextDecision, 'by'> {
  const judgements = texts
    .flatMap((one) => one.judgements)
    .filter(({ guardrail }) => !guardrail.id.startsWith(watching))
  const guardrails = judgements.filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
  const redacted =
    effect.kind === 'redact' ? createRedactor(hashKey).edits(text, guardrailPolicy.redactedIn(judgements)) : []
  return {
    effect: effect.kind,
    guardrails: guardrails.map(({ guardrail }) => guardrail.id),
    ...(effect.kind === 'deny' && effect.fault !== undefined ? { fault: effect.fault } : {}),
    ...(redacted.length === 0 ? {} : { text: edited(text, redacted) }),
    policyVersion: version,
  }
}
