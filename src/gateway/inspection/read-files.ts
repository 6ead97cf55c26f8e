import type { CallFact } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import {
  type Guardrail,
  type GuardrailDecision,
  type GuardrailFacts,
  type GuardrailPolicy,
  pointFor,
  type TextPoint,
} from '../../core/inspection/guardrail.ts'
import type { DocumentText } from '../documents/document-texts.ts'
import { UnreadDocument, unknownKind } from '../documents/read-limits.ts'
import type { FilePart } from './document-parts.ts'
import type { WireText } from './wire-texts.ts'

export interface FileReading {
  readonly policy: Pick<GuardrailPolicy, 'applies'>
  /** Rejects with `UnreadDocument`. */
  readDocument(bytes: Buffer, timeoutMs: number, owner: string): Promise<readonly DocumentText[]>
  /** What becomes of documents that nobody here can read. */
  readonly unreadable: 'allow' | 'deny'
  /** What becomes of pictures, sound and video, which nobody here reads. */
  readonly media: 'allow' | 'deny'
  readonly timeoutMs: number
  readonly policyVersion: string
}

export interface FileOwner {
  /** Of its call. */
  readonly id: string
  emit(fact: CallFact): void
}

const MAX_FILES = 64

/**
 * What documents say, for guardrails that look at the point. What cannot be read is refused or, where that was chosen, on record.
 * Throws `uninspectable_body`, of an answer `guardrail_denied`.
 */
export async function fileTexts(
  parts: readonly FilePart[],
  point: InspectionPoint,
  { active, facts }: { readonly active: readonly Guardrail[]; readonly facts: GuardrailFacts },
  reading: FileReading,
  owner: FileOwner,
): Promise<readonly WireText[]> {
  if (parts.length === 0) return []
  const asked: GuardrailFacts = { direction: 'request', ...facts }
  const applying = active.filter((one) => reading.policy.applies(one, asked))
  const until = performance.now() + reading.timeoutMs
  const texts: WireText[] = []
  for (const [index, { kind, bytes, place, at = { point } }] of parts.entries()) {
    const looking = applying.filter((one) => pointFor(one, at) !== undefined)
    if (looking.length === 0) continue
    try {
      if (kind === 'media') throw new UnreadDocument('Pictures and sound are not read.')
      if (kind === 'unknown') throw new UnreadDocument(unknownKind)
      if (index >= MAX_FILES) throw new UnreadDocument('There are more of them than are read.')
      const read = await reading.readDocument(bytes, Math.max(1, until - performance.now()), facts.key)
      for (const { path, text } of read) {
        const steps = path.split('/').filter((step) => step !== '')
        const depth = place?.depth ?? 0
        const within = steps.reduce<WireText['place']>(
          (above, step, index) => ({ above, step, depth: depth + index + 1 }),
          place,
        )
        // Nothing of a document can be written anew.
        texts.push({ text, ...at, place: within, isName: true })
      }
    } catch (fault) {
      if (!(fault instanceof UnreadDocument)) throw fault
      passOrRefuse(fault, kind === 'media' ? 'media' : 'unreadable', looking, at, reading, {
        ...owner,
        isAnswer: asked.direction === 'answer',
      })
    }
  }
  return texts
}

/** Throws, or puts on record that it passed. */
export function passOrRefuse(
  fault: UnreadDocument,
  setting: 'unreadable' | 'media',
  looking: readonly Guardrail[],
  at: TextPoint,
  reading: FileReading,
  { id: callId, emit, isAnswer }: FileOwner & { readonly isAnswer?: boolean },
): void {
  const id = `${callId}:${isAnswer === true ? 'output' : 'input'}`
  const isRefused = reading[setting] === 'deny' && looking.some(isStrict)
  // Pictures in a conversation are what is usual; each would be a line of its own.
  if (setting === 'unreadable' || isRefused) {
    const decisions = looking.map(
      (guardrail): GuardrailDecision => ({
        type: 'guardrail',
        id,
        guardrail: guardrail.id,
        detector: guardrail.detector,
        point: pointFor(guardrail, at) ?? at.point,
        state: guardrail.state,
        action: isRefused ? 'deny' : 'allow',
        findings: [],
        fault: 'unreadable',
        policyVersion: reading.policyVersion,
      }),
    )
    emit({ type: 'guardrails-judged', decisions })
  }
  if (!isRefused) return
  const what = setting === 'media' ? 'a picture, sound or video' : 'something'
  const [whole, code] =
    isAnswer === true ? (['answer', 'guardrail_denied'] as const) : (['request', 'uninspectable_body'] as const)
  throw new GatewayError(
    code,
    `The ${whole} holds ${what} that no guardrail can read: ${fault.message} Only with inspection.${setting}: allow would it pass (decision ${id}).`,
  )
}

export function isStrict({ state, action }: Guardrail): boolean {
  return state === 'enforce' && action !== 'allow'
}
