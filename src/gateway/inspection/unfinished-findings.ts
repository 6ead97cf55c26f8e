import type { Finding } from '../../core/inspection/detection.ts'
import type { CompiledDetector, Judgement } from '../../core/inspection/guardrail.ts'
import type { InspectedTexts } from './inspector.ts'

/** Without those that may still turn into something else, and where the first of them begins. */
export interface Finished {
  readonly texts: InspectedTexts['texts']
  readonly until: number
}

/** What ends a finding may itself be cut: half of an escape, of a sign, of a word. */
const MARGIN = 8
/** Blanks say nothing, and something may follow them. More of them than anybody writes end a finding: else all would be held and read again. */
const MAX_BEHIND = 256

/**
 * What stands at the end of a text that grows may only look like a finding: `DELETE FROM sess` before its WHERE, `delivery [1` before
 * the bracket. Where the beginning of a finding does no harm, it waits for what follows.
 */
export function finishedFindings(
  texts: InspectedTexts['texts'],
  tail: string,
  detectors: ReadonlyMap<string, CompiledDetector>,
): Finished {
  const end = tail.trimEnd().length
  let until = tail.length
  const isFinished = (finding: Finding): boolean => {
    if (finding.span.end + MARGIN <= end || finding.span.end + MAX_BEHIND <= tail.length) return true
    until = Math.min(until, finding.span.start)
    return false
  }
  const withoutOpen = (judgement: Judgement): Judgement => {
    const { guardrail, findings } = judgement
    const waits = guardrail.action !== 'redact' && detectors.get(guardrail.detectorKey)?.isHarmlessInPart === true
    return waits ? { ...judgement, findings: findings.filter(isFinished) } : judgement
  }
  return { texts: texts.map((one) => ({ ...one, judgements: one.judgements.map(withoutOpen) })), until }
}
