/** What guardrails are, and what they decide. */
import type { Detect, Detector, Finding, InspectionPoint, Span } from './detection.ts'
import type { DetectorFile } from './detector-file.ts'
import type { DetectorIo } from './detector-io.ts'
import type { KeyMark } from './own-keys.ts'
import type { ClassifierFolder } from './text-classifier.ts'

/** From the mildest. `allow` only reports. `answer` says something else in a model's place. `ask` refuses until somebody approves the call, or makes an exception. */
export const guardrailActions = ['allow', 'redact', 'answer', 'ask', 'deny'] as const
export type GuardrailAction = (typeof guardrailActions)[number]

export const guardrailStates = ['off', 'shadow', 'enforce'] as const

/** `mask` says what kind of thing stood there, `hash` also whether it was the same, `token` comes back in the answer. */
export const redactions = ['mask', 'hash', 'token'] as const
export type Redaction = (typeof redactions)[number]

/** A detector, where it looks, and what is done with what it finds. */
export interface Guardrail {
  readonly id: string
  readonly detector: string
  /** Of the detector with the guardrail's settings; guardrails with the same settings share one. */
  readonly detectorKey: string
  /** Of the detector. */
  readonly findsData?: true
  readonly points: readonly InspectionPoint[]
  readonly state: 'shadow' | 'enforce'
  readonly action: GuardrailAction
  /** Of `answer`: what is said. */
  readonly answer?: string
  /** Of `redact`. */
  readonly redaction: Redaction
  /** Findings with a lower score count for nothing. */
  readonly threshold: number
  /** At these points another counts. */
  readonly thresholds?: Readonly<Partial<Record<InspectionPoint, number>>>
  /** Absent: all of the detector. */
  readonly rules?: readonly string[]
  readonly categories?: readonly string[]
  /** Looks at requests while the provider is at work on them; answers wait for what it says. */
  readonly duringCall?: true
  /** Of `input`: files that users attach to what they say are passed by. */
  readonly passesFiles?: true
  /** Of a preset, not of the file. */
  readonly isUsual?: true
  /** Of one of several presets: each caller has one. */
  readonly preset?: { readonly name: string; readonly choice: PresetChoice }
  readonly scope: GuardrailScope & CallerScope
  readonly exceptions: readonly GuardrailException[]
}

/** Which of several presets is for whom: the first that names a caller. */
export interface PresetChoice {
  readonly presets: readonly ({ readonly preset: string } & Pick<GuardrailScope, 'workspaces' | 'keys'>)[]
  /** For callers that none names. */
  readonly usual: string
}

/** Where a text stands, for guardrails. */
export interface TextPoint {
  readonly point: InspectionPoint
  /** Guardrails of this point look at it too: a file that a user attaches is a document, and what the user says. */
  readonly also?: InspectionPoint
}

/** The point at which a guardrail looks at a text. `undefined`: at none. */
export function pointFor(
  { points, passesFiles }: Pick<Guardrail, 'points' | 'passesFiles'>,
  { point, also }: TextPoint,
): InspectionPoint | undefined {
  if (points.includes(point)) return point
  return also !== undefined && passesFiles !== true && points.includes(also) ? also : undefined
}

/** Absent fields: of all. */
interface GuardrailScope {
  readonly workspaces?: readonly string[]
  readonly keys?: readonly string[]
  /** By any of their names. A trailing `*` stands for any end. */
  readonly models?: readonly string[]
  /** As the record names them. A trailing `*` stands for any end. */
  readonly routes?: readonly string[]
}

/** Of a guardrail, and not of exceptions: clients say it of themselves. */
interface CallerScope {
  /** `metadata.agent`. A trailing `*` stands for any end. */
  readonly agents?: readonly string[]
  readonly users?: readonly string[]
  readonly directions?: readonly Direction[]
}

/** On the way to the provider, or on the way back: arguments of tools stand in both. */
export const directions = ['request', 'answer'] as const
export type Direction = (typeof directions)[number]

/** What is left alone, on whose word, and until when. */
export interface GuardrailException extends GuardrailScope {
  readonly rules?: readonly string[]
  readonly owner: string
  readonly reason?: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** Of the call that a text belongs to. */
export interface GuardrailFacts {
  readonly workspace: string
  readonly key: string
  /** As the client names it. Absent where nobody reads which model it is, as of raw requests: guardrails for some models look at it, exceptions for some do not hold. */
  readonly model?: string
  /** What guardrails of models are for, as far as it stands for a model that the call may reach. */
  readonly reaches?: readonly string[]
  /** In the same way. */
  readonly route?: string
  /** In the same way; `null`: the call names none. */
  readonly agent?: string | null
  readonly user?: string | null
  /** Absent: of the call as a whole. */
  readonly direction?: Direction
  /** Unix milliseconds. */
  readonly now: number
}

export interface LocatedFinding extends Finding {
  readonly detector: string
  /** Of the text in its body: `/messages/0/content`. */
  readonly path: string
}

/** What a detector says of a text. */
export interface DetectorReport {
  readonly detectorKey: string
  readonly findings: readonly Finding[]
  readonly fault?: DetectorFault
}

/** `unreadable`: there was a document that nobody could read. */
export type DetectorFault = 'failed' | 'timed-out' | 'unreadable'

/** What a guardrail says of a text. */
export interface Judgement {
  readonly guardrail: Guardrail
  /** Those that count. */
  readonly findings: readonly Finding[]
  readonly exceptedBy?: string
  readonly exceptedRules?: readonly string[]
  readonly fault?: DetectorFault
}

/** What stands in a text that is to be written anew. */
export interface Redacted {
  readonly span: Span
  readonly rule: string
  readonly redaction: Redaction
}

/** Decides. Pure: the same findings under the same guardrails are judged the same, today and in a replay. */
export interface GuardrailPolicy {
  applies(guardrail: Guardrail, facts: GuardrailFacts): boolean
  /** What each guardrail that applies has to say, in its order; those with nothing to say are left out. */
  judge(reports: readonly DetectorReport[], asked: JudgeOptions): readonly Judgement[]
  /** The strictest that is enforced. */
  effectOf(judgements: readonly Judgement[]): GuardrailEffect
  /** What enforced guardrails take out of a text, in order; where they overlap, joined. */
  redactedIn(judgements: readonly Judgement[]): readonly Redacted[]
}

export interface JudgeOptions extends TextPoint {
  readonly guardrails: readonly Guardrail[]
  readonly facts: GuardrailFacts
  /** A detector that fails lets texts pass. */
  readonly isFailingOpen: boolean
}

/** What one guardrail says of one call. Never holds what was found. */
export interface GuardrailDecision {
  readonly type: 'guardrail'
  /** Of all that was decided about the call at once; the client is told. */
  readonly id: string
  readonly guardrail: string
  readonly detector: string
  /** The categories of its findings are kinds of data. */
  readonly findsData?: true
  readonly point: InspectionPoint
  readonly state: 'shadow' | 'enforce'
  /** What is done, or would be. */
  readonly action: GuardrailAction
  readonly findings: readonly LocatedFinding[]
  /** There were more than are listed. */
  readonly moreFindings?: number
  /** Who answers for the exception that left findings alone. */
  readonly exceptedBy?: string
  /** What was left alone; other findings may stand beside it. */
  readonly exceptedRules?: readonly string[]
  /** The detector did not come to an end: it is decided as if it had found something, unless failing open was chosen. */
  readonly fault?: DetectorFault
  /** Of `ask`: what an approval of the very call is for. */
  readonly approval?: string
  /** Who has let it pass. */
  readonly approvedBy?: string
  readonly policyVersion: string
}

/** Guardrails of a configuration, ready to be used. */
export interface Guardrails {
  readonly all: readonly Guardrail[]
  /** By key. */
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  /** Changes with anything that decides. */
  readonly version: string
  /** A detector that fails lets texts pass. */
  readonly isFailingOpen: boolean
  /** For all detectors and all texts of one side of a call. */
  readonly timeoutMs: number
  /** Keys of this gateway that people chose, which detectors of secrets are to know. */
  readonly ownKeys?: readonly KeyMark[]
}

/** What decided, as it is kept: settings of detectors are only a hash. */
export interface KeptPolicy {
  readonly version: string
  /** Unix milliseconds: when it was first in use. */
  readonly since: number
  readonly guardrails: readonly Guardrail[]
  readonly onError: 'deny' | 'allow'
  readonly unreadable: 'deny' | 'allow'
}

export interface CompiledDetector
  extends Pick<Detector, 'id' | 'maxSpan' | 'openFrom' | 'leaves' | 'isHarmlessInPart' | 'points'> {
  readonly key: string
  readonly detect: Detect
  /** The model of a folder that it asks. */
  readonly localModel?: ClassifierFolder
  /** The file whose code it runs. */
  readonly localFile?: DetectorFile
  /** Of a detector that asks somebody else: the same, with a way to ask. Without it `detect` fails. */
  connected?(io: DetectorIo): Detect
}

/** Whether it asks somebody who is not on this machine. */
export function isElsewhere({ connected, localFile, localModel }: CompiledDetector): boolean {
  return connected !== undefined && localFile === undefined && localModel === undefined
}

/** Their detectors may ask whom they are to ask. */
export function connectedTo<Some extends Pick<Guardrails, 'detectors'>>(guardrails: Some, io: DetectorIo): Some {
  if (guardrails.detectors.values().every(({ connected }) => connected === undefined)) return guardrails
  const detectors = new Map(
    Array.from(guardrails.detectors, ([key, detector]) => {
      const detect = detector.connected?.(io) ?? detector.detect
      return [key, { ...detector, detect }] as const
    }),
  )
  return { ...guardrails, detectors }
}

/** What becomes of texts. `redact` changes them, and the stricter ones leave nothing of them. */
export type GuardrailEffect =
  | { readonly kind: 'allow' | 'redact' }
  | { readonly kind: 'answer'; readonly guardrail: string; readonly text: string }
  /** `fault`: it found nothing, as it could not look. */
  | { readonly kind: 'ask' | 'deny'; readonly guardrail: string; readonly fault?: DetectorFault }

/** What `answer` says where nothing else is configured. */
export const usualAnswer = 'This cannot be answered here: a guardrail of the gateway keeps it back.'

/** For a header: the strictest that was enforced, and its decision. Nothing where none was. */
export function decidedBy(decisions: readonly { readonly type: string }[]): string | undefined {
  let strictest: GuardrailDecision | undefined
  for (const decision of decisions) {
    if (
      !isGuardrailDecision(decision) ||
      decision.state !== 'enforce' ||
      decision.action === 'allow' ||
      isLetPass(decision)
    )
      continue
    if (strictest === undefined || strictness(decision) > strictness(strictest)) strictest = decision
  }
  if (strictest === undefined) return undefined
  const { action, id, fault } = strictest
  return fault === undefined ? `${action}; id="${id}"` : `deny; id="${id}"; fault="${fault}"`
}

/** Whoever could not look lets nothing pass, whatever it would have done; what was found says more. */
function strictness({ action, fault }: GuardrailDecision): number {
  return fault === undefined ? guardrailActions.indexOf(action) : guardrailActions.indexOf('deny') - 0.5
}

/** Somebody approved the call, or all that was found is in an exception. */
export function isLetPass({ approvedBy, exceptedBy, findings, fault }: GuardrailDecision): boolean {
  return approvedBy !== undefined || (exceptedBy !== undefined && findings.length === 0 && fault === undefined)
}

function isGuardrailDecision(decision: { readonly type: string }): decision is GuardrailDecision {
  return decision.type === 'guardrail'
}
