import type { InspectionPoint, Span } from '../../core/detection.ts'
import type { GuardrailDecision, GuardrailEffect, Judgement } from '../../core/guardrail.ts'
import type { ReplyGuard } from './guard-reply.ts'
import { decisionsOf, type InspectedTexts } from './inspector.ts'
import type { Edit } from './redactor.ts'
import { type Channel, lengthOf } from './stream-channels.ts'
import { isJsonText } from './wire-texts.ts'

/** So much of what is gone is looked at again beside what comes: words before a finding make it surer. */
const LOOKBACK = 512

/** Looks at the texts of one stream as they grow. */
export interface StreamInspection {
  /** Clears what may go. With `isWhole` nothing more comes. Gives what becomes of the stream. */
  advance(channel: Channel, isWhole: boolean): GuardrailEffect | Promise<GuardrailEffect> | undefined
  decisions(): readonly GuardrailDecision[]
}

export function createStreamInspection(id: string, guard: ReplyGuard): StreamInspection {
  const { inspector, policy, active, facts, redactor, conversation, detectors } = guard
  const judged: InspectedTexts['texts'][number][] = []
  const careful = active.filter(({ state, action }) => state === 'enforce' && action !== 'allow')

  function openFrom(text: string, point: InspectionPoint): number {
    let open = redactor.hasTokens ? redactor.openFrom(text) : text.length
    for (const { points, detectorKey } of careful) {
      const detector = points.includes(point) ? detectors.get(detectorKey) : undefined
      if (detector !== undefined) open = Math.min(open, detector.openFrom?.(text) ?? text.length - detector.maxSpan)
    }
    return Math.max(0, open)
  }

  function conclude(channel: Channel, open: number, { texts }: InspectedTexts): GuardrailEffect {
    const { from, cleared, tail } = channel
    const isNew = ({ start, end }: Span): boolean => end + from > cleared && start + from < open
    const judgements = texts
      .flatMap((one) => one.judgements)
      .map((one): Judgement => ({ ...one, findings: one.findings.filter(({ span }) => isNew(span)) }))
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
    if (judgements.length > 0) {
      const placed = judgements.map((one) => ({
        ...one,
        findings: one.findings.map((each) => ({ ...each, span: moved(each.span, from) })),
      }))
      judged.push({ text: { text: '', point: channel.point, place: channel.place }, judgements: placed })
    }
    const added = (edits: readonly Edit[]): readonly Edit[] =>
      edits.filter(isNew).map((edit) => ({ ...moved(edit, from), text: edit.text }))
    channel.redactions = [...channel.redactions, ...added(redactor.edits(tail, policy.redactedIn(judgements)))]
    channel.restorations = [...channel.restorations, ...added(redactor.restorations(tail, isJsonText(channel.place)))]
    const last = channel.redactions.at(-1)?.end ?? 0
    channel.cleared = Math.max(open, Math.min(last, lengthOf(channel)))
    const keep = Math.max(from, channel.cleared - LOOKBACK)
    channel.tail = channel.tail.slice(keep - from)
    channel.from = keep
    return policy.effectOf(judgements)
  }

  return {
    advance(channel, isWhole) {
      const { from, tail, cleared, point, place } = channel
      const open = from + (isWhole ? tail.length : openFrom(tail, point))
      if (open <= cleared) return undefined
      const inspected = inspector.inspect([{ text: tail, point, place }], active, { id, facts, conversation })
      return inspected instanceof Promise
        ? inspected.then((texts) => conclude(channel, open, texts))
        : conclude(channel, open, inspected)
    },
    decisions: () => decisionsOf(judged, id, guard.policyVersion),
  }
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by }
}
